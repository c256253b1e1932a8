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
        missing.AddRange(Silent(group).Select(backend => $"the load of {backend.Name} ({Age(backend.EngineTasksAge)})"));
        missing.AddRange(SignalValue.Of(group).Where(value => !value.IsFresh).Select(value => $"{value.Signal.Name} ({Age(value.Age)})"));
        return missing;
    }

    /// <summary>
    /// Whether the pressure can be learned from. An engine that is silent does not spoil it: the routers still know what
    /// they sent there, and a group that stopped learning would not see its load rise.
    /// </summary>
    public static bool IsPressureWhole(GroupView group) => !IsPressureStale(group) && group.Pressure.Missing is not { Count: > 0 };

    /// <summary>All of them, the pressure first.</summary>
    public static IReadOnlyList<DecisionInput> Of(GroupView group) =>
    [
        Pressure(group),
        .. (group.Pressure.Missing ?? []).Select(missing => new DecisionInput(missing, null, null)),
        .. Silent(group).Select(backend => new DecisionInput($"load of {backend.Name}", null, backend.EngineTasksAge?.TotalSeconds)),
        .. SignalValue.Of(group).Select(value => new DecisionInput(value.Signal.Name, value.Value, value.Age?.TotalSeconds)),
        .. group.Policy.Blockers.Select(blocker => Answer(blocker, group)),
        .. Asked(group),
        .. Boots(group),
    ];

    private static IEnumerable<InstanceLoad> Silent(GroupView group) => group.Ready.Where(backend => backend.IsSilent);

    private static DecisionInput Pressure(GroupView group) => new(
        "pressure",
        IsPressureStale(group) ? null : group.Pressure.Running + group.Pressure.Queued,
        (group.Now - group.Pressure.At).TotalSeconds);

    private static IEnumerable<DecisionInput> Asked(GroupView group) =>
        Demands.Deciding(group) is { } demand ? [new(demand.Source, demand.Count, (group.Now - demand.Since).TotalSeconds)] : [];

    private static IEnumerable<DecisionInput> Boots(GroupView group)
    {
        var boots = group.Memory.Boots.Learn(group.Instances);
        if (boots.LastReadyAt is not { } last)
            return [];
        var age = (group.Now - last).TotalSeconds;
        return [new("boot-p50", boots.P50.TotalSeconds, age), new("boot-p95", boots.P95.TotalSeconds, age)];
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
