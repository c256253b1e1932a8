using static ControlPlane.Core.Upgrades.UpgradeStep;

namespace ControlPlane.Core.Upgrades;

/// <summary>Which steps lead where, in order. Source: the protocol of the upgrade guide in <c>docs/operations/upgrade.md</c>.</summary>
public static class UpgradePlan
{
    /// <summary>The way to the new version.</summary>
    /// <param name="terms">What was asked for.</param>
    /// <param name="hasDatabase">Whether the group has a database.</param>
    /// <param name="stopsEngines">Whether engines are stopped before they can be shut out of it; see <see cref="Upgrade.StopsEngines"/>.</param>
    public static IReadOnlyList<UpgradeStep> Forward(UpgradeTerms terms, bool hasDatabase, bool stopsEngines)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.IsRehearsal)
            return [Preflight, Copy, Migrate, Discard];
        IReadOnlyList<UpgradeStep> fence = stopsEngines ? [Fence, StopLive] : [Fence];
        IReadOnlyList<UpgradeStep> preview = terms.IsPreviewed ? [Preview] : [];
        IReadOnlyList<UpgradeStep> serve = [Smoke, Flip, SoftOpen, OpenWrites, Bake, Finish];
        return (terms.Mode, hasDatabase) switch
        {
            (UpgradeMode.Rolling, _) => [Preflight, Approve, Roll, Finish],
            (UpgradeMode.StopAll, true) => [Preflight, Approve, Fence, StopLive, BackUp, Migrate, StartNew, .. serve],
            (UpgradeMode.StopAll, false) => [Preflight, Approve, Fence, StopLive, StartNew, .. serve],
            (_, false) => [Preflight, StartNew, Smoke, Approve, Flip, Bake, Finish],
            (UpgradeMode.BlueGreenWarm, _) =>
                [Preflight, BackUp, Follow, .. preview, PreVerify, Approve, LagGate, .. fence, CatchUp, Verify, Migrate, StartNew, .. serve],
            _ => [Preflight, BackUp, Approve, .. fence, Copy, Verify, Migrate, StartNew, .. serve],
        };
    }

    /// <summary>
    /// The way on when a way back was not taken: what that has begun to take from the new side is given back to it.
    /// </summary>
    /// <param name="upgrade">The upgrade.</param>
    public static IReadOnlyList<UpgradeStep> Onward(Upgrade upgrade)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        IReadOnlyList<UpgradeStep> serve = [OpenWrites, Bake, Finish];
        return upgrade.StopsEngines ? [RestartNew, .. serve] : serve;
    }

    /// <summary>The way back from wherever an upgrade stands: only what has been begun is undone.</summary>
    /// <param name="upgrade">The upgrade.</param>
    public static IReadOnlyList<UpgradeStep> Back(Upgrade upgrade)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        if (upgrade.Terms.Mode == UpgradeMode.Rolling)
            return upgrade.HasBegun(Roll) ? [RollBack, Discard] : [Discard];
        var back = new List<UpgradeStep>();
        var isInPlace = upgrade.Terms.Mode == UpgradeMode.StopAll;
        if (upgrade.MayHaveOpened && upgrade.HasBegun(Fence))
            back.AddRange([Refence, ReturnWrites]);
        if (isInPlace && upgrade.HasBegun(Migrate))
            back.Add(Restore);
        if (upgrade.HasBegun(StopLive))
            back.Add(StartOld);
        if (upgrade.HasBegun(Flip))
            back.Add(FlipBack);
        if (upgrade.HasBegun(Fence))
            back.Add(Reopen);
        back.Add(Discard);
        return back;
    }
}
