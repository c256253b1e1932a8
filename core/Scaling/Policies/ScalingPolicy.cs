using ControlPlane.Core.Scaling.Schedules;

namespace ControlPlane.Core.Scaling.Policies;

/// <summary>
/// What a monitor says beyond minimum, maximum and strategy. Everything left out means: no such limit.
/// </summary>
/// <remarks>Members that a stored policy lacks arrive here as null or zero, which stands for the default.</remarks>
public sealed record ScalingPolicy
{
    /// <summary>A policy that limits nothing.</summary>
    public static readonly ScalingPolicy None = new();

    /// <summary>What the group is measured by; empty means the pressure that the routers report.</summary>
    public IReadOnlyList<Signal> Signals { get; init => field = value ?? []; } = [];

    /// <summary>Hours with a minimum or maximum of their own.</summary>
    public IReadOnlyList<Schedule> Schedules { get; init => field = value ?? []; } = [];

    /// <summary>What, while it is true, forbids a change.</summary>
    public IReadOnlyList<Blocker> Blockers { get; init => field = value ?? []; } = [];

    /// <summary>What alerts from outside ask for while they fire.</summary>
    public IReadOnlyList<AlertRule> Alerts { get; init => field = value ?? []; } = [];

    /// <summary>Time without growth after a new instance became ready, 0 s to 24 h; default 0 s. While one still boots, the clock has not begun, and nothing grows.</summary>
    public TimeSpan OutCooldown { get; init; }

    /// <summary>Time without shrinking after an instance became ready or was told to leave, 0 s to 24 h; default 0 s.</summary>
    public TimeSpan InCooldown { get; init; }

    /// <summary>The most instances that one decision adds, from 1; null means any number.</summary>
    public int? MaxStepOut { get; init; }

    /// <summary>The most instances that one decision takes away, from 1; null means any number.</summary>
    public int? MaxStepIn { get; init; }

    /// <summary>A group shrinks only to the highest count that was proposed within this time, 0 s to 24 h; default 0 s.</summary>
    public TimeSpan StabilisationWindow { get; init; }

    /// <summary>
    /// Whether what is too much stays at least as long as a boot takes: taking it away sooner and needing it again costs
    /// more than keeping it (ski rental). Default false.
    /// </summary>
    public bool HoldsBreakEven { get; init; }

    /// <summary>
    /// An instance whose jobs are expected to run longer than this is not taken away, 0 s to 24 h: meanwhile it would be
    /// paid for and take no work. Null means that any may go; then jobs that may outlast the drain deadline are listed.
    /// </summary>
    public TimeSpan? SparesJobsOver { get; init; }

    /// <summary>The count to have at least while an input is missing or stale; null means to hold what there is.</summary>
    public int? FallbackCount { get; init; }

    /// <summary>The age over which the routers' pressure is stale, 1 s to 1 h; null means that it never is. A router with jobs that is silent for 10 s is missed in any case.</summary>
    public TimeSpan? PressureStaleAfter { get; init; }

    /// <summary>Whether decisions are only recorded. Default false.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Set while people want no change; null otherwise.</summary>
    public Pause? Pause { get; init; }

    /// <summary>The target of the first signal of a kind, or the default when there is none.</summary>
    public double TargetOf(SignalKind kind, double otherwise) =>
        Signals.FirstOrDefault(signal => signal.Kind == kind)?.Target ?? otherwise;
}
