using ControlPlane.Core.Groups;

namespace ControlPlane.Core.Backends;

/// <summary>One running engine instance that requests can be sent to.</summary>
public sealed record Backend
{
    /// <summary>The number the seed's API knows it by; unique, never used again.</summary>
    public required int Id { get; init; }

    /// <summary>Unique among all backends.</summary>
    public required string Name { get; init; }

    /// <summary>Where it listens: <c>http://host:port</c> or https, with an optional path prefix; unique among all backends.</summary>
    public required string Url { get; init; }

    /// <summary>The groups it belongs to and the capabilities it has.</summary>
    public required TagSet Tags { get; init; }

    /// <summary>The engine profile that says how to check it and what it reports.</summary>
    public required string Profile { get; init; }

    /// <summary>Its state.</summary>
    public BackendState State { get; init; } = BackendState.Joining;

    /// <summary>Why it is in that state, in words; null when there is nothing to say.</summary>
    public string? StateReason { get; init; }

    /// <summary>When it entered that state.</summary>
    public DateTimeOffset StateSince { get; init; }

    /// <summary>Its share of work against others of its group, 1 to 1000; default 1. Twice the weight gets twice the jobs.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The most jobs it runs at once, 1 to 100,000; the engine profile's when null. More jobs wait in the group's queue.</summary>
    public int? MaxJobs { get; init; }

    /// <summary>The version of the engine, as it was registered; null when unknown.</summary>
    public string? Version { get; init; }

    /// <summary>Whether somebody has protected it: then no monitor takes it away because there are too many. Default false.</summary>
    public bool IsProtected { get; init; }

    /// <summary>
    /// The epoch of its group that it was made for. An instance of a monitor gets work only while its group serves that
    /// epoch; one that was added by hand always does.
    /// </summary>
    public long Epoch { get; init => field = value == 0 ? Group.FirstEpoch : value; } = Group.FirstEpoch;

    /// <summary>The monitor whose instance it is; null when it was added by hand, and then no monitor ever stops it.</summary>
    public string? Monitor { get; init; }
}
