namespace ControlPlane.Functions.Router.Outcomes;

/// <summary>The outcomes of one side of a group, over this router and the others.</summary>
internal sealed class SideOutcomes(OutcomeBook book, IOtherRouters others)
{
    /// <summary>
    /// Adds up what the instances made for an epoch have done. Other routers report it while the group is being upgraded,
    /// up to <see cref="IOtherRouters.SettleTime"/> late.
    /// </summary>
    public async Task<OutcomeSnapshot> ReadAsync(string tag, long epoch, CancellationToken cancellation) =>
        (await others.ReadAsync(cancellation))
            .SelectMany(report => report.Sides ?? [])
            .Where(side => side.Tag == tag && side.Epoch == epoch)
            .Aggregate(book.Read(tag, epoch), (sum, side) => sum + side.Outcomes);
}
