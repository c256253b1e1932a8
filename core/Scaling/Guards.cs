using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Core.Scaling;

/// <summary>Applies what a policy says to a strategy's wish. Each step that changes the count is recorded.</summary>
internal sealed class Guards(GroupView group, Proposal proposal, Limits desired)
{
    private readonly ScalingPolicy _policy = group.Policy;

    /// <summary>
    /// Minimum and maximum come after the guards, so that neither a clock nor a window can hold a group outside of them.
    /// Clocks, windows and step limits calm a strategy down; what people and alerts ask for is due now. Blockers hold
    /// against both.
    /// </summary>
    public void Apply(Bounds bounds, Clocks clocks, ScalingMemory memory)
    {
        var demand = Demands.Deciding(group);
        if (demand is not { IsExact: true })
            CalmDown(clocks, memory);
        if (demand is not null)
            Demands.Meet(demand, desired);
        Block();
        if (group.Serving?.Upgrade is { } upgrade)
            desired.AtLeast(group.Base, "upgrade", $"the upgrade {upgrade} may need every instance to fall back on");
        desired.AtLeast(bounds.Min, "min", bounds.MinReason);
        desired.AtMost(bounds.Max, "max", bounds.MaxReason);
    }

    private void CalmDown(Clocks clocks, ScalingMemory memory)
    {
        Stabilise(memory);
        HoldWhileBlind();
        Step();
        if (clocks.HoldsOut)
            desired.AtMost(Math.Max(group.Base, 0), "out-cooldown", clocks.OutReason);
        if (clocks.HoldsIn)
            desired.AtLeast(group.Base, "in-cooldown", clocks.InReason);
    }

    /// <summary>The highest proposal of the window holds, yet no more than there is: a window never makes a group grow.</summary>
    private void Stabilise(ScalingMemory memory)
    {
        if (memory.Wishes.Count == 0)
            return;
        var highest = memory.Wishes.Max(wish => wish.Count);
        var window = Window(_policy, memory);
        desired.AtLeast(Math.Min(group.Base, highest), "window", $"{highest} were needed within the last {Words.Span(window)}");
    }

    private void HoldWhileBlind()
    {
        var missing = Inputs.Missing(group);
        if (missing.Count == 0 && !proposal.IsBlind)
            return;
        var what = missing.Count == 0 ? "an input is missing or stale" : $"missing or stale: {string.Join(", ", missing)}";
        desired.AtLeast(group.Base, "stale", $"{what}; a group never shrinks without its data");
        if (_policy.FallbackCount is { } fallback)
            desired.AtLeast(fallback, "fallback", $"{what}; {fallback} is the count for that");
    }

    private void Step()
    {
        if (_policy.MaxStepOut is { } most)
            desired.AtMost(Math.Max(Math.Min(desired.Count, group.Base), group.Base + most), "step-out", $"one decision adds at most {most}");
        if (_policy.MaxStepIn is { } least)
            desired.AtLeast(group.Base - least, "step-in", $"one decision takes away at most {least}");
    }

    private void Block()
    {
        foreach (var blocker in _policy.Blockers)
        {
            var reading = group.BlockerReadings.LastOrDefault(one => one.Name == blocker.Name);
            var isKnown = reading?.IsTrue is not null && group.Now - reading.At <= blocker.StaleAfter;
            var why = isKnown ? "is true" : "cannot be told";
            if (isKnown && reading!.IsTrue == false)
                continue;
            desired.AtLeast(group.Base, "blocker", $"the blocker \"{blocker.Name}\" {why}");
            if (isKnown && blocker.Forbids == Forbids.AnyChange)
                desired.AtMost(group.Base, "blocker", $"the blocker \"{blocker.Name}\" {why}");
        }
    }

    /// <summary>How far back the highest proposal counts.</summary>
    public static TimeSpan Window(ScalingPolicy policy, ScalingMemory memory)
    {
        var breakEven = policy.HoldsBreakEven ? memory.Boots.P50 : TimeSpan.Zero;
        return policy.StabilisationWindow > breakEven ? policy.StabilisationWindow : breakEven;
    }
}
