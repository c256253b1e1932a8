using ControlPlane.Core.Scaling;

namespace ControlPlane.Functions.Backtests;

/// <summary>What came of a backtest: the policy as it is, and the changed one beside it.</summary>
internal sealed record BacktestAnswer(
    string Monitor, LoadView Load, Assumptions Assumptions, PlayView Current, PlayView? Changed, IReadOnlyList<string> NotReplayed);

/// <summary>The load that was played.</summary>
/// <param name="Source">Where it is from: recorded, jobs or csv.</param>
/// <param name="From">The beginning.</param>
/// <param name="To">The end of the play: the load, and one service level and one boot more.</param>
/// <param name="Jobs">Jobs in it.</param>
/// <param name="JobsPlayed">Jobs that were played: those much shorter than a step are put together.</param>
/// <param name="InstanceHours">What it takes at least: its work on instances that are always full.</param>
/// <param name="Record">How good the record is; null for an uploaded load.</param>
/// <param name="Demand">The instances that would be busy if every job started as it came, over time.</param>
internal sealed record LoadView(
    string Source, DateTimeOffset From, DateTimeOffset To, int Jobs, int JobsPlayed, double InstanceHours, RecordView? Record, IReadOnlyList<DemandPoint> Demand);

/// <summary>How good a record of pressure is.</summary>
/// <param name="AskedFrom">The beginning that was asked for.</param>
/// <param name="AskedTo">The end that was asked for.</param>
/// <param name="CoveredSeconds">How much of it lies behind the first record that is kept.</param>
/// <param name="CoveredShare">The same as a share of what was asked for.</param>
/// <param name="Decisions">How many decisions were read.</param>
/// <param name="LongestGapSeconds">The longest time between two; meanwhile the load is taken to have stayed.</param>
/// <param name="JobsNeverSeenToRun">Jobs that gave up waiting or waited still; they are given the mean length.</param>
/// <param name="GuessedShare">The part of the time in which ended jobs were not counted: there, how many jobs did the work is a guess.</param>
internal sealed record RecordView(
    DateTimeOffset AskedFrom,
    DateTimeOffset AskedTo,
    double CoveredSeconds,
    double CoveredShare,
    int Decisions,
    double LongestGapSeconds,
    int JobsNeverSeenToRun,
    double GuessedShare);

/// <summary>Demand from a moment to the next point's.</summary>
internal sealed record DemandPoint(DateTimeOffset At, double Instances);

/// <summary>What the play rests on.</summary>
internal sealed record Assumptions(
    double StepSeconds, double BootSeconds, double TeardownSeconds, double SloSeconds, int SlotsPerInstance, int StartWith);

/// <summary>What came of one policy.</summary>
internal sealed record PlayView(
    string Strategy,
    int Min,
    int Max,
    double InstanceHours,
    double BootingHours,
    double LeavingHours,
    int Actions,
    int LateJobs,
    double LateShare,
    int JobsNeverStarted,
    int KilledJobs,
    double LongestWaitSeconds,
    IReadOnlyList<InstancePoint> Instances,
    IReadOnlyList<ActionView> FirstActions);

/// <summary>The mean of ready and of paid instances from a moment to the next point's.</summary>
internal sealed record InstancePoint(DateTimeOffset At, double Ready, double Paid);

/// <summary>A decision that changed the group.</summary>
internal sealed record ActionView(DateTimeOffset At, ScalingAction Action, int Current, int Desired, string Reason);
