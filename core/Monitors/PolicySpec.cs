using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Monitors;

/// <summary>A <see cref="ScalingPolicy"/> as users write it, before any check.</summary>
public sealed record PolicySpec
{
    /// <summary>The longest name of a signal, schedule, blocker or alert, in characters.</summary>
    public const int MaxName = 64;

    /// <summary>The most signals, and the most schedules, blockers and alerts.</summary>
    public const int MaxItems = 20;

    private const int LongestSeconds = 86_400;

    /// <summary>See <see cref="ScalingPolicy.Signals"/>; at most 20.</summary>
    public IReadOnlyList<SignalSpec>? Signals { get; init; }

    /// <summary>See <see cref="ScalingPolicy.Schedules"/>; at most 20.</summary>
    public IReadOnlyList<ScheduleSpec>? Schedules { get; init; }

    /// <summary>See <see cref="ScalingPolicy.Blockers"/>; at most 20.</summary>
    public IReadOnlyList<BlockerSpec>? Blockers { get; init; }

    /// <summary>See <see cref="ScalingPolicy.Alerts"/>; at most 20.</summary>
    public IReadOnlyList<AlertRuleSpec>? Alerts { get; init; }

    /// <summary>See <see cref="ScalingPolicy.OutCooldown"/>, in seconds, 0 to 86400; 0 when left out.</summary>
    public double? OutCooldownSeconds { get; init; }

    /// <summary>See <see cref="ScalingPolicy.InCooldown"/>, in seconds, 0 to 86400; 0 when left out.</summary>
    public double? InCooldownSeconds { get; init; }

    /// <summary>See <see cref="ScalingPolicy.MaxStepOut"/>, 1 to 1000; any number when left out.</summary>
    public int? MaxStepOut { get; init; }

    /// <summary>See <see cref="ScalingPolicy.MaxStepIn"/>, 1 to 1000; any number when left out.</summary>
    public int? MaxStepIn { get; init; }

    /// <summary>See <see cref="ScalingPolicy.StabilisationWindow"/>, in seconds, 0 to 86400; 0 when left out.</summary>
    public double? StabilisationWindowSeconds { get; init; }

    /// <summary>See <see cref="ScalingPolicy.HoldsBreakEven"/>; false when left out.</summary>
    public bool? HoldsBreakEven { get; init; }

    /// <summary>See <see cref="ScalingPolicy.SparesJobsOver"/>, in seconds, 0 to 86400; no instance is spared when left out.</summary>
    public double? SparesJobsOverSeconds { get; init; }

    /// <summary>See <see cref="ScalingPolicy.FallbackCount"/>, 0 to 1000; what there is when left out.</summary>
    public int? FallbackCount { get; init; }

    /// <summary>See <see cref="ScalingPolicy.PressureStaleAfter"/>, in seconds, 1 to 3600; never when left out.</summary>
    public double? PressureStaleAfterSeconds { get; init; }

    /// <summary>See <see cref="ScalingPolicy.IsDryRun"/>; false when left out.</summary>
    public bool? IsDryRun { get; init; }

    /// <summary>How a user would write this policy, with every default written out.</summary>
    public static PolicySpec From(ScalingPolicy policy) => new()
    {
        Signals = [.. policy.Signals.Select(SignalSpec.From)],
        Schedules = [.. policy.Schedules.Select(ScheduleSpec.From)],
        Blockers = [.. policy.Blockers.Select(BlockerSpec.From)],
        Alerts = [.. policy.Alerts.Select(AlertRuleSpec.From)],
        OutCooldownSeconds = policy.OutCooldown.TotalSeconds,
        InCooldownSeconds = policy.InCooldown.TotalSeconds,
        MaxStepOut = policy.MaxStepOut,
        MaxStepIn = policy.MaxStepIn,
        StabilisationWindowSeconds = policy.StabilisationWindow.TotalSeconds,
        HoldsBreakEven = policy.HoldsBreakEven,
        SparesJobsOverSeconds = policy.SparesJobsOver?.TotalSeconds,
        FallbackCount = policy.FallbackCount,
        PressureStaleAfterSeconds = policy.PressureStaleAfter?.TotalSeconds,
        IsDryRun = policy.IsDryRun,
    };

    /// <summary>Checks every field, and tells <paramref name="at"/> of all that is wrong.</summary>
    /// <param name="at">Where the policy stands.</param>
    /// <param name="most">The monitor's own maximum.</param>
    /// <returns>The policy; of no use once something is wrong.</returns>
    internal ScalingPolicy Validate(FieldChecks at, int? most)
    {
        var policy = new ScalingPolicy
        {
            Signals = at.Each("signals", Signals, MaxItems, (signal, here) => signal.Validate(here)),
            Schedules = at.Each("schedules", Schedules, MaxItems, (schedule, here) => schedule.Validate(here, most)),
            Blockers = at.Each("blockers", Blockers, MaxItems, (blocker, here) => blocker.Validate(here)),
            Alerts = at.Each("alerts", Alerts, MaxItems, (alert, here) => alert.Validate(here)),
            OutCooldown = at.Seconds("outCooldownSeconds", OutCooldownSeconds, 0, LongestSeconds) ?? default,
            InCooldown = at.Seconds("inCooldownSeconds", InCooldownSeconds, 0, LongestSeconds) ?? default,
            MaxStepOut = at.Whole("maxStepOut", MaxStepOut, 1, 1000),
            MaxStepIn = at.Whole("maxStepIn", MaxStepIn, 1, 1000),
            StabilisationWindow = at.Seconds("stabilisationWindowSeconds", StabilisationWindowSeconds, 0, LongestSeconds) ?? default,
            HoldsBreakEven = HoldsBreakEven ?? false,
            SparesJobsOver = at.Seconds("sparesJobsOverSeconds", SparesJobsOverSeconds, 0, LongestSeconds),
            FallbackCount = at.Whole("fallbackCount", FallbackCount, 0, 1000),
            PressureStaleAfter = at.Seconds("pressureStaleAfterSeconds", PressureStaleAfterSeconds, 1, 3600),
            IsDryRun = IsDryRun ?? false,
        };
        CheckNames(at);
        return policy;
    }

    /// <summary>Decisions call everything by its name, so that no two may share one.</summary>
    private void CheckNames(FieldChecks at)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (place, name) in Names("signals", Signals, one => one.Name)
            .Concat(Names("schedules", Schedules, one => one.Name))
            .Concat(Names("blockers", Blockers, one => one.Name))
            .Concat(Names("alerts", Alerts, one => one.Name)))
        {
            if (!seen.TryAdd(name, place))
                at.Refuse($"{place}.name", $"\"{name}\" is the name of {seen[name]} already. Give another: decisions tell them apart by it.");
        }
    }

    private static IEnumerable<(string Place, string Name)> Names<T>(string list, IReadOnlyList<T?>? items, Func<T, string?> nameOf)
        where T : class
        => (items ?? []).Take(MaxItems)
            .Select((item, index) => (Place: $"{list}[{index}]", Name: item is null ? null : nameOf(item)))
            .Where(one => !string.IsNullOrWhiteSpace(one.Name))
            .Select(one => (one.Place, one.Name!));
}
