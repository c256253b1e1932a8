namespace ControlPlane.Core.Upgrades;

/// <summary>What was measured of an upgrade.</summary>
public sealed record UpgradeMeasures
{
    /// <summary>How long the write that changed sides took; null before.</summary>
    public TimeSpan? Flip { get; init; }

    /// <summary>The longest that a single request was held.</summary>
    public TimeSpan LongestHeld { get; init; }

    /// <summary>Requests that were held.</summary>
    public long Held { get; init; }

    /// <summary>Requests that were answered 503 since the hold was full or took too long.</summary>
    public long HeldRefused { get; init; }

    /// <summary>How long the change of the schema took; null when there was none.</summary>
    public TimeSpan? Migration { get; init; }
}
