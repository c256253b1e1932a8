using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Scaling;

/// <summary>What a decision is made from, with the age of each.</summary>
internal static class Inputs
{
    /// <summary>The names of inputs that should be there and are missing or too old.</summary>
    public static IReadOnlyList<string> Missing(GroupView group)
    {
        var missing = (group.Pressure.Missing ?? []).ToList();
        if (IsPressureStale(group))
            missing.Add("pressure");
        missing.AddRange(SignalValue.Of(group).Where(value => !value.IsFresh).Select(value => value.Signal.Name));
        return missing;
    }

    /// <summary>Whether the pressure can be learned from.</summary>
    public static bool IsPressureWhole(GroupView group) => !IsPressureStale(group) && group.Pressure.Missing is not { Count: > 0 };

    public static IReadOnlyList<DecisionInput>? Of(GroupView group)
    {
        var signals = SignalValue.Of(group).Select(value => new DecisionInput(value.Signal.Name, value.Value, value.Age?.TotalSeconds));
        var blockers = group.Policy.Blockers.Select(blocker => Answer(blocker, group));
        var demand = Demands.Deciding(group) is { } one ? new DecisionInput(one.Source, one.Count, (group.Now - one.Since).TotalSeconds) : null;
        DecisionInput[] inputs = demand is null ? [.. signals, .. blockers] : [.. signals, .. blockers, demand];
        return inputs.Length == 0 ? null : inputs;
    }

    private static DecisionInput Answer(Blocker blocker, GroupView group)
    {
        var reading = group.BlockerReadings.LastOrDefault(one => one.Name == blocker.Name);
        var age = group.Now - reading?.At;
        return new(blocker.Name, age <= blocker.StaleAfter && reading?.IsTrue is { } isTrue ? (isTrue ? 1 : 0) : null, age?.TotalSeconds);
    }

    private static bool IsPressureStale(GroupView group) => group.Policy.PressureStaleAfter < group.Now - group.Pressure.At;
}
