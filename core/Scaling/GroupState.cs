using ControlPlane.Core.Scaling.Load;

namespace ControlPlane.Core.Scaling;

/// <summary>What a group remembers from one look to the next. Stored with each decision, in one transaction.</summary>
public sealed record GroupState
{
    /// <summary>The look that wrote this.</summary>
    public long Sequence { get; init; }

    /// <summary>How many instances of its own the group is meant to have; one that breaks is made again. Backends added by hand do not count.</summary>
    public int Target { get; init; }

    /// <summary>Recent samples, oldest first.</summary>
    public string Samples { get; init; } = "";

    /// <summary>The number of the next instance; never used again, so that a name means one instance for ever.</summary>
    public int NextInstance { get; init; } = 1;

    /// <summary>Starts that failed in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Why the last one failed.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Before this, nothing is started; null when nothing stands against it.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>What the policy and the strategy remember; null until one of them does.</summary>
    public ScalingMemory? Memory { get; init; }

    /// <summary>Counts a start that failed, and waits longer after each: 1 s doubled with each failure, at most 5 min.</summary>
    public GroupState AfterFailure(string reason, DateTimeOffset now)
    {
        var wait = TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Min(Failures, 20))));
        return this with { Failures = Failures + 1, FailureReason = reason, RetryAt = now + wait };
    }

    /// <summary>Forgets failures once a start went well.</summary>
    public GroupState AfterStart() => this with { Failures = 0, FailureReason = null, RetryAt = null };
}
