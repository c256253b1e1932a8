using ControlPlane.Core.Scaling.Load;

namespace ControlPlane.Core.Scaling;

/// <summary>
/// Whether a look has come to what is stored already. Then no row is written: a decision that says the same again tells
/// nobody anything, and a memory that has only grown older is the same memory.
/// </summary>
public static class Unchanged
{
    /// <summary>
    /// The time for which a load that stays the same need not be stored, half of that after which nobody is taken to have
    /// looked. A group without any load has no such limit.
    /// </summary>
    private static readonly TimeSpan LoadKeptFor = TimeSpan.FromSeconds(30);

    /// <summary>Whether the same was decided for the same reasons, whatever jobs there were.</summary>
    public static bool IsOutcome(Decision last, Decision now) =>
        now.Action == ScalingAction.None
        && last.Action == ScalingAction.None
        && (last.Monitor, last.Strategy, last.Rule) == (now.Monitor, now.Strategy, now.Rule)
        && (last.Current, last.Proposed, last.Desired, last.Min, last.Max) == (now.Current, now.Proposed, now.Desired, now.Min, now.Max)
        && (last.Starting, last.Leaving, last.Samples) == (now.Starting, now.Leaving, now.Samples)
        && last.Clamps.Select(Effect).SequenceEqual(now.Clamps.Select(Effect));

    /// <summary>Whether what the decision was made from is the same too, but for its age.</summary>
    public static bool IsInput(Decision last, Decision now) =>
        last.Pressure.Queued == now.Pressure.Queued
        && last.Pressure.Backends.Select(Load).SequenceEqual(now.Pressure.Backends.Select(Load))
        && (last.Pressure.Missing ?? []).SequenceEqual(now.Pressure.Missing ?? [])
        && (last.Inputs ?? []).Select(Value).SequenceEqual((now.Inputs ?? []).Select(Value));

    /// <summary>Whether everything is remembered that must be, apart from times.</summary>
    public static bool IsMemory(GroupState before, GroupState after) =>
        before with { Sequence = 0, Memory = null } == after with { Sequence = 0, Memory = null }
        && IsMemory(before.Memory ?? new ScalingMemory(), after.Memory ?? new ScalingMemory());

    private static bool IsMemory(ScalingMemory before, ScalingMemory after) =>
        before.ShrankAt == after.ShrankAt
        && before.Boots.LastReadyAt == after.Boots.LastReadyAt
        && before.Wishes.Select(wish => wish.Count).SequenceEqual(after.Wishes.Select(wish => wish.Count))
        && IsLoad(before.Load, after.Load);

    private static bool IsLoad(LoadMemory? before, LoadMemory? after)
    {
        if (before is null || after is null)
            return before == after;
        return (before.Running, before.Queued, before.Finished) == (after.Running, after.Queued, after.Finished)
            && before.Season?.Open == after.Season?.Open
            && (before is { Running: 0, Queued: 0 } || after.At - before.At <= LoadKeptFor);
    }

    private static (string, int, int) Effect(Clamp clamp) => (clamp.Name, clamp.Before, clamp.After);

    private static (string, object, bool, int, int, bool, bool) Load(InstanceLoad load) =>
        (load.Name, load.State, load.IsManaged, load.Jobs, load.MaxJobs, load.IsProtected, load.IsSilent);

    private static (string, double?) Value(DecisionInput input) => (input.Name, input.Value);
}
