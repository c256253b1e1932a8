using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>Counts what is in flight to the side of a group that serves, over this router and the others.</summary>
internal sealed class InFlight(RegistryFeed feed, Dispatcher dispatcher, IOtherRouters others, TimeProvider time)
{
    /// <summary>
    /// Whether every router that can read the store goes by a change that was stored at that moment. One that knows that a
    /// group is being upgraded says with each report how it knows it, so that only the first such change has to be waited for.
    /// </summary>
    public bool IsSettled(DateTimeOffset since) => time.GetUtcNow() - since >= others.SettleTime;

    /// <summary>Whether a router that had just started when a gate was shut at that moment has reported by now, and so is among those that are counted.</summary>
    public bool IsComplete(DateTimeOffset shut) => time.GetUtcNow() - shut >= others.FirstReportTime;

    /// <summary>
    /// Counts what is in flight to the instances of the side that serves, and to backends that were added by hand. This
    /// router goes by every change stored before the call; others that do not are named.
    /// </summary>
    /// <param name="tag">The group.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="since">Routers whose last report is older are named too; null leaves them out.</param>
    public async Task<InFlightCount> CountAsync(string tag, CancellationToken cancellation, DateTimeOffset? since = null)
    {
        await feed.RefreshAsync(cancellation);
        var (table, elsewhere) = (dispatcher.Table, await others.ReadAsync(cancellation));
        var group = table.GroupOf(tag);
        var (inFlight, reads) = (0, 0);
        foreach (var destination in table.All.Where(destination => IsOf(destination, tag, group.LiveSide.Epoch)))
        {
            var here = destination.Count();
            inFlight += here.InFlight + elsewhere.Sum(report => report.InFlight.GetValueOrDefault(destination.Name));
            reads += here.Reads + elsewhere.Sum(report => report.Reads?.GetValueOrDefault(destination.Name) ?? 0);
        }

        var seen = SeenGroup.Of(group);
        return new InFlightCount(inFlight - reads, reads)
        {
            Missing = NamesOf(elsewhere, report => report.IsOverdue),
            Behind = NamesOf(elsewhere, report => !report.IsIdle && (report.Groups?.GetValueOrDefault(tag) != seen || report.At < since)),
        };
    }

    private static List<string>? NamesOf(IEnumerable<RouterReport> reports, Func<RouterReport, bool> which) =>
        reports.Where(which).Select(report => report.Router!).ToList() is { Count: > 0 } names ? names : null;

    private static bool IsOf(Destination destination, string tag, long epoch) =>
        destination.Backend.Tags.Contains(tag) && (destination.Backend.Monitor is null || destination.Backend.Epoch == epoch);
}
