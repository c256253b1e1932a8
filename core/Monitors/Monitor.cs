using ControlPlane.Core.Databases;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Monitors;

/// <summary>The scaling policy of a group: how many instances it may have, and how that is decided.</summary>
/// <remarks>Members that a stored monitor lacks arrive here as null or zero, which stands for the default.</remarks>
public sealed record Monitor
{
    /// <summary>See <see cref="Period"/>.</summary>
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromSeconds(5);

    /// <summary>See <see cref="Samples"/>.</summary>
    public const int DefaultSamples = 6;

    /// <summary>See <see cref="DrainDeadline"/>.</summary>
    public static readonly TimeSpan DefaultDrainDeadline = TimeSpan.FromMinutes(5);

    /// <summary>The number the seed's API knows it by; unique, never used again.</summary>
    public required int Id { get; init; }

    /// <summary>Unique among all monitors.</summary>
    public required string Name { get; init; }

    /// <summary>The group: all backends with this tag. One monitor a tag. At most 117 characters and 244 bytes of UTF-8, since instances are named for it.</summary>
    public required string Tag { get; init; }

    /// <summary>The fewest instances, 0 to <see cref="Max"/>. The group is brought to it from any state, also from none.</summary>
    public required int Min { get; init; }

    /// <summary>The most instances, 1 to 1000, those that are starting or draining counted.</summary>
    public required int Max { get; init; }

    /// <summary>How instances are made: the name of a provider. <c>local</c> starts processes on this machine.</summary>
    public required string Provider { get; init; }

    /// <summary>Where instances go: the name of a pool of that provider; null for the one that has the provider's name.</summary>
    public string? Pool { get; init; }

    /// <summary>The name of the allocate strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>The engine profile that new instances are started from.</summary>
    public required string Profile { get; init; }

    /// <summary>How often the group is looked at, 200 ms to 1 h; default 5 s. Shorter reacts sooner and costs more.</summary>
    public TimeSpan Period { get; init => field = value == default ? DefaultPeriod : value; } = DefaultPeriod;

    /// <summary>How many looks in a row a change needs, 1 to 1000; default 6. More is calmer and slower.</summary>
    public int Samples { get; init => field = value == default ? DefaultSamples : value; } = DefaultSamples;

    /// <summary>How long a leaving instance may finish its jobs, 0 s to 24 h; default 5 min. After it, they are cut off.</summary>
    public TimeSpan DrainDeadline { get; init; } = DefaultDrainDeadline;

    /// <summary>Signals, schedules, clocks, blockers and the other limits; null means that there are none.</summary>
    public ScalingPolicy? Policy { get; init; }

    /// <summary>Where its engines keep their data; null when that is none of this control plane's business.</summary>
    public DatabaseUse? Database { get; init; }

    /// <summary>Set when the monitor is being removed: its instances are drained and stopped, and then the row goes.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>The same with another pause, or with none.</summary>
    public Monitor With(Pause? pause) =>
        pause == Policy?.Pause ? this : this with { Policy = (Policy ?? ScalingPolicy.None) with { Pause = pause } };
}
