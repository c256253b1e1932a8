namespace ControlPlane.Functions.Router.Holding;

/// <summary>What a group has held since its gate closed last, over this router and the others.</summary>
internal sealed class HeldRequests(HoldLine line, IOtherRouters others)
{
    /// <summary>Adds up. Other routers report it while the group is being upgraded, up to <see cref="IOtherRouters.SettleTime"/> late.</summary>
    public async Task<HoldCount> ReadAsync(string tag, CancellationToken cancellation) =>
        (await others.ReadAsync(cancellation))
            .Select(report => report.Held?.GetValueOrDefault(tag))
            .OfType<HoldCount>()
            .Aggregate(line.Measure(tag), (sum, count) => sum + count);
}
