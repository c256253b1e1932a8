namespace ControlPlane.Core.Scaling.Policies;

/// <summary>What an alert from outside asks of the group while it fires.</summary>
public sealed record AlertRule
{
    /// <summary>See <see cref="LongestHold"/>.</summary>
    public static readonly TimeSpan DefaultLongestHold = TimeSpan.FromHours(1);

    /// <summary>What decisions call it; unique in a policy.</summary>
    public required string Name { get; init; }

    /// <summary>Labels that the alert must have with exactly these values, at least one. Each alert is held against every rule.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>How many instances more than there were when it began to fire, from 1; null when <see cref="AtLeast"/> is given.</summary>
    public int? Add { get; init; }

    /// <summary>How many instances there must be at least, from 1; null when <see cref="Add"/> is given.</summary>
    public int? AtLeast { get; init; }

    /// <summary>How long an alert counts that nobody has resolved or repeated, 1 min to 24 h; default 1 h.</summary>
    public TimeSpan LongestHold { get; init => field = value == default ? DefaultLongestHold : value; } = DefaultLongestHold;
}
