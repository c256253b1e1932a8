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
            missing.Add($"pressure ({Age(group.Now - group.Pressure.At)})");
        missing.AddRange(group.Ready.Where(backend => backend.IsSilent).Select(backend => $"the load of {backend.Name} ({Age(backend.EngineTasksAge)})"));
        missing.AddRange(SignalValue.Of(group).Where(value => !value.IsFresh).Select(value => $"{value.Signal.Name} ({Age(value.Age)})"));
        return missing;
    }

    /// <summary>
    /// Whether the pressure can be learned from. An engine that is silent does not spoil it: the routers still know what
    /// they sent there, and a group that stopped learning would not see its load rise.
    /// </summary>
    public static bool IsPressureWhole(GroupView group) => !IsPressureStale(group) && group.Pressure.Missing is not { Count: > 0 };

    public static IReadOnlyList<DecisionInput>? Of(GroupView group)
    {
        var signals = SignalValue.Of(group).Select(value => new DecisionInput(value.Signal.Name, value.Value, value.Age?.TotalSeconds));
        var blockers = group.Policy.Blockers.Select(blocker => Answer(blocker, group));
        DecisionInput[] inputs = [.. signals, .. blockers];
        return inputs.Length == 0 ? null : inputs;
    }

    private static DecisionInput Answer(Blocker blocker, GroupView group)
    {
        var reading = group.BlockerReadings.LastOrDefault(one => one.Name == blocker.Name);
        var age = group.Now - reading?.At;
        return new(blocker.Name, age <= blocker.StaleAfter && reading?.IsTrue is { } isTrue ? (isTrue ? 1 : 0) : null, age?.TotalSeconds);
    }

    private static string Age(TimeSpan? age) => age is { } known ? $"last read {Words.Span(known)} ago" : "never read";

    private static bool IsPressureStale(GroupView group) => group.Policy.PressureStaleAfter < group.Now - group.Pressure.At;
}
