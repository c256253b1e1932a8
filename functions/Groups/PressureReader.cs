using ControlPlane.Core.Backends;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Groups;

/// <summary>Reads what a group is asked to do: this router's own counts, those of the others, and the engines' last reports.</summary>
internal sealed class PressureReader(Dispatcher dispatcher, WaitQueue queue, FinishedJobs finished, IOtherRouters others, TimeProvider time)
{
    public async Task<Pressure> ReadAsync(string tag, CancellationToken cancellation)
    {
        var elsewhere = await others.ReadAsync(cancellation);
        var now = time.GetUtcNow();
        var lines = elsewhere.SelectMany(report => report.Lines).Concat(queue.Measure())
            .Where(line => line.Key.Split(',', StringSplitOptions.TrimEntries).Contains(tag, StringComparer.Ordinal))
            .Select(line => line.Value)
            .ToList();
        return new Pressure
        {
            At = OldestCounted(elsewhere, now),
            Backends = [.. dispatcher.Table.Resolve(tag).Members.Select(destination => Load(destination, elsewhere, now))],
            Queued = lines.Sum(line => line.Count),
            OldestWait = lines.Select(line => line.OldestWait).DefaultIfEmpty().Max(),
            Finished = finished.Of(tag) + elsewhere.Sum(report => report.Finished?.GetValueOrDefault(tag) ?? 0),
            Missing = elsewhere.Any(report => report.IsOverdue)
                ? [.. elsewhere.Where(report => report.IsOverdue).Select(report => $"router {report.Router}")]
                : null,
        };
    }

    /// <summary>This router's own counts are of now. A report without work adds nothing, however old it is.</summary>
    private static DateTimeOffset OldestCounted(IReadOnlyList<RouterReport> elsewhere, DateTimeOffset now) =>
        elsewhere.Where(report => !report.IsIdle && report.At < now).Select(report => report.At!.Value).Append(now).Min();

    private static InstanceLoad Load(Destination destination, IReadOnlyList<RouterReport> elsewhere, DateTimeOffset now)
    {
        var sample = destination.FreshSample(now);
        return new InstanceLoad
        {
            Name = destination.Name,
            State = destination.IsSuspect ? BackendState.Unhealthy : destination.Backend.State,
            Since = destination.Backend.StateSince,
            IsManaged = destination.Backend.Monitor is not null,
            InFlight = destination.InFlight + elsewhere.Sum(report => report.InFlight.GetValueOrDefault(destination.Name)),
            EngineTasks = sample?.TotalTasks,
            EngineTasksAge = now - destination.Sample?.At,
            MaxJobs = destination.Limit,
            RunTime = elsewhere.Aggregate(destination.Jobs.RunTime, (sum, report) => sum + (report.RunTime?.GetValueOrDefault(destination.Name) ?? TimeSpan.Zero)),
            Version = sample?.Version ?? destination.Backend.Version,
            IsSilent = sample is null && IsSilent(destination, now),
            IsProtected = destination.Backend.IsProtected,
        };
    }

    private static bool IsSilent(Destination destination, DateTimeOffset now) =>
        destination.Profile.Load is { } load
        && now - destination.Backend.StateSince >= load.SilentAfter
        && !(now - destination.Sample?.At < load.SilentAfter);
}
