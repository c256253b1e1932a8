using ControlPlane.Core.Backends;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Groups;

/// <summary>Reads what a group is asked to do from the router's own counts and the engines' last reports.</summary>
internal sealed class PressureReader(Dispatcher dispatcher, WaitQueue queue, TimeProvider time)
{
    public Pressure Read(string tag)
    {
        var now = time.GetUtcNow();
        var (queued, oldestWait) = queue.Measure(line => line.Split(',', StringSplitOptions.TrimEntries).Contains(tag, StringComparer.Ordinal));
        return new Pressure
        {
            At = now,
            Backends = [.. dispatcher.Table.Resolve(tag).Members.Select(destination => Load(destination, now))],
            Queued = queued,
            OldestWait = oldestWait,
        };
    }

    private static InstanceLoad Load(Destination destination, DateTimeOffset now)
    {
        var sample = destination.FreshSample(now);
        return new InstanceLoad
        {
            Name = destination.Name,
            State = destination.IsSuspect ? BackendState.Unhealthy : destination.Backend.State,
            Since = destination.Backend.StateSince,
            IsManaged = destination.Backend.Monitor is not null,
            InFlight = destination.InFlight,
            EngineTasks = sample?.TotalTasks,
            EngineTasksAge = sample is null ? null : now - sample.At,
            MaxJobs = destination.Limit,
        };
    }
}
