namespace ControlPlane.Core.Scaling;

/// <summary>What was decided for a group, from which inputs, by which rule, with every clamp. Stored always, also when nothing changes.</summary>
public sealed record Decision
{
    /// <summary><c>tag/sequence</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The monitor whose policy decided.</summary>
    public required string Monitor { get; init; }

    /// <summary>The group.</summary>
    public required string Tag { get; init; }

    /// <summary>Counts the looks at this group, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What was done.</summary>
    public required ScalingAction Action { get; init; }

    /// <summary>The whole decision in one sentence for people.</summary>
    public required string Reason { get; init; }

    /// <summary>The rule that made the proposal.</summary>
    public required string Rule { get; init; }

    /// <summary>Instances that serve or are starting, before the decision; leaving ones not counted.</summary>
    public required int Current { get; init; }

    /// <summary>The count that the rule asked for.</summary>
    public required int Proposed { get; init; }

    /// <summary>What changed the proposal, in the order in which it did.</summary>
    public required IReadOnlyList<Clamp> Clamps { get; init; }

    /// <summary>The count after all clamps.</summary>
    public required int Desired { get; init; }

    /// <summary>The instances that were ordered.</summary>
    public IReadOnlyList<string> Start { get; init; } = [];

    /// <summary>The draining instances that were called back.</summary>
    public IReadOnlyList<string> Reclaim { get; init; } = [];

    /// <summary>The instances that were told to leave.</summary>
    public IReadOnlyList<string> Retire { get; init; } = [];

    /// <summary>The lower bound that held.</summary>
    public required int Min { get; init; }

    /// <summary>The upper bound that held.</summary>
    public required int Max { get; init; }

    /// <summary>The strategy that held.</summary>
    public required string Strategy { get; init; }

    /// <summary>The input: the pressure that was read.</summary>
    public required Pressure Pressure { get; init; }

    /// <summary>The input: recent samples, oldest first. B all instances busy, I at least one idle and none of those new, - neither.</summary>
    public required string Samples { get; init; }

    /// <summary>The input: instances that were starting.</summary>
    public int Starting { get; init; }

    /// <summary>The input: instances that were leaving.</summary>
    public int Leaving { get; init; }

    /// <summary>
    /// The input: the pressure, each signal and blocker, the demand that counts, and what boots took, each with its age. The
    /// age of an engine's own report is in <see cref="Pressure"/>, with its backend, and here when it is overdue. Null in decisions from before the
    /// pressure was listed too.
    /// </summary>
    public IReadOnlyList<DecisionInput>? Inputs { get; init; }

    /// <summary>
    /// The earliest time at which pause, clock and backoff let the group grow; null when none stands against it, or when the
    /// clock has not begun.
    /// </summary>
    public DateTimeOffset? NextOut { get; init; }

    /// <summary>
    /// The earliest time at which pause, clock and window let the group shrink, if nothing new asks for what there is; null
    /// when none stands against it.
    /// </summary>
    public DateTimeOffset? NextIn { get; init; }

    /// <summary>Jobs on instances told to leave that will be cut off at the drain deadline unless they end sooner than expected; null when there are none.</summary>
    public IReadOnlyList<JobsAtRisk>? AtRisk { get; init; }

    /// <summary>When the group is looked at next, at the latest.</summary>
    public required DateTimeOffset NextLook { get; init; }
}

/// <summary>What a decision does.</summary>
public enum ScalingAction
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Orders or calls back instances.</summary>
    Grow,

    /// <summary>Tells instances to leave.</summary>
    Shrink,

    /// <summary>Takes broken instances away; the next look orders new ones.</summary>
    Replace,
}

/// <summary>One limit that changed a proposal.</summary>
/// <param name="Name">Which limit.</param>
/// <param name="Before">The count before it.</param>
/// <param name="After">The count after it.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record Clamp(string Name, int Before, int After, string Reason);

/// <summary>Something that a decision was made from.</summary>
/// <param name="Name">
/// The signal or blocker; the source of a demand; <c>pressure</c> for the jobs that run and wait as the routers count them; <c>boot-p50</c> and
/// <c>boot-p95</c> for the seconds that boots took; or what is missing of the pressure, such as a router, or <c>load of NAME</c> for an engine that is silent.
/// </param>
/// <param name="Value">Its value; 1 and 0 for a blocker that is true or false; the count of a demand; null when it was missing or stale.</param>
/// <param name="AgeSeconds">Its age, for boots since the last one ended; null when it was never read.</param>
public sealed record DecisionInput(string Name, double? Value, double? AgeSeconds);

/// <summary>Jobs that the drain deadline may cut off.</summary>
/// <param name="Instance">Where they run.</param>
/// <param name="Jobs">How many run there.</param>
/// <param name="Remaining">How long the longest is expected to take still.</param>
/// <param name="Deadline">How long it may.</param>
public sealed record JobsAtRisk(string Instance, int Jobs, TimeSpan Remaining, TimeSpan Deadline);
