using ControlPlane.Core.Groups;

namespace ControlPlane.Core.Instances;

/// <summary>
/// One instance that a monitor has ordered. The row is written in the same transaction as the decision that orders it
/// and goes when nothing is left of it, so that at any moment the rows say everything that may exist.
/// </summary>
public sealed record Instance
{
    /// <summary>Unique, and the name its backend gets.</summary>
    public required string Name { get; init; }

    /// <summary>The monitor that ordered it.</summary>
    public required string Monitor { get; init; }

    /// <summary>The group's tag.</summary>
    public required string Tag { get; init; }

    /// <summary>The provider that makes it.</summary>
    public required string Provider { get; init; }

    /// <summary>The pool that its slot is in; null for the one that has the provider's name.</summary>
    public string? Pool { get; init; }

    /// <summary>The engine profile it is started from.</summary>
    public required string Profile { get; init; }

    /// <summary>The epoch of its group that it is made for.</summary>
    public long Epoch { get; init => field = value == 0 ? Group.FirstEpoch : value; } = Group.FirstEpoch;

    /// <summary>The version of its engine, which the profile's command may name; null when nobody has said.</summary>
    public string? Version { get; init; }

    /// <summary>The database of its engine, on the server of its monitor; null when it keeps none there.</summary>
    public string? Database { get; init; }

    /// <summary>Whether it is started to change the schema of its database: one of its epoch is, before all others.</summary>
    public bool IsMigrator { get; init; }

    /// <summary>Where it is in its life.</summary>
    public InstancePhase Phase { get; init; } = InstancePhase.Starting;

    /// <summary>When it was ordered.</summary>
    public required DateTimeOffset OrderedAt { get; init; }

    /// <summary>When it began to serve, the last time when it was called back; null before.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>How long it may finish its jobs when it leaves.</summary>
    public TimeSpan DrainDeadline { get; init; }

    /// <summary>Why it leaves, in words; null while it does not.</summary>
    public string? LeaveReason { get; init; }

    /// <summary>Whether it leaves because it is beyond repair. Then it is not called back, however much it is needed.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Whether it was called back and could not come: its engine refused, or did not answer. Then it is not called back again.</summary>
    public bool IsCallBackRefused { get; init; }

    /// <summary>When its slot must be back with the group that lent it; null unless that has asked for it. Then it is not called back either.</summary>
    public DateTimeOffset? RecallBy { get; init; }

    /// <summary>What the provider made; null until it has made something.</summary>
    public InstanceHandle? Handle { get; init; }
}

/// <summary>
/// <code>
/// Starting ---> Running ---> Retiring ---> (row deleted)
///    |             ^            |
///    |             '------------'  drain cancelled
///    '--- could not start ---> (undone, row deleted)
/// </code>
/// </summary>
public enum InstancePhase
{
    /// <summary>Ordered, and being made.</summary>
    Starting,

    /// <summary>Registered as a backend.</summary>
    Running,

    /// <summary>Draining or being taken apart.</summary>
    Retiring,
}

/// <summary>What a provider made, and how to find exactly that again.</summary>
/// <param name="Slot">The pool slot it is in.</param>
/// <param name="Url">Where it will serve.</param>
/// <param name="Reference">The provider's own mark; for a local process its pid and start time.</param>
public sealed record InstanceHandle(string Slot, string Url, string Reference);
