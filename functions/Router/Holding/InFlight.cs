using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>Counts what is in flight to one side of a group, over this router and the others.</summary>
internal sealed class InFlight(RegistryFeed feed, Dispatcher dispatcher, IOtherRouters others, TimeProvider time)
{
    /// <summary>Of the time that routers have to hear of a change: one whose registry is older cannot reach the store, and may send by what it knew.</summary>
    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether every router goes by a change of the registry that was stored at that moment. Until then a count may miss
    /// requests that another router sent because it had not heard of a closed gate.
    /// </summary>
    public bool IsSettled(DateTimeOffset since) => time.GetUtcNow() - since >= others.SettleTime;

    /// <summary>Counts what is in flight to the side that serves. This router goes by every change stored before the call.</summary>
    public async Task<InFlightCount> CountAsync(string tag, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        return await CountAsync(tag, dispatcher.Table.GroupOf(tag).LiveSide.Epoch, cancellation);
    }

    /// <summary>Counts what is in flight to the instances made for an epoch, and to backends that were added by hand.</summary>
    public async Task<InFlightCount> CountAsync(string tag, long epoch, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var elsewhere = await others.ReadAsync(cancellation);
        var (inFlight, reads) = (0, 0);
        foreach (var destination in dispatcher.Table.All.Where(destination => IsOf(destination, tag, epoch)))
        {
            var here = destination.Count();
            inFlight += here.InFlight + elsewhere.Sum(report => report.InFlight.GetValueOrDefault(destination.Name));
            reads += here.Reads + elsewhere.Sum(report => report.Reads?.GetValueOrDefault(destination.Name) ?? 0);
        }

        var missing = elsewhere.Select(report => report.Overdue ?? (report is { IsIdle: false, RegistryAge: { } age } && age > MostBehind ? report.Router : null))
            .OfType<string>().ToList();
        return new InFlightCount(inFlight - reads, reads) { Missing = missing.Count > 0 ? missing : null };
    }

    private static bool IsOf(Destination destination, string tag, long epoch) =>
        destination.Backend.Tags.Contains(tag) && (destination.Backend.Monitor is null || destination.Backend.Epoch == epoch);
}
