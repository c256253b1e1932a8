namespace ControlPlane.Core.Upgrades;

/// <summary>One step that was taken, or is being taken.</summary>
public sealed record StepRecord
{
    /// <summary>The step.</summary>
    public required UpgradeStep Step { get; init; }

    /// <summary>When it was stored as begun.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>For how long of that it was paused by an order.</summary>
    public TimeSpan Paused { get; init; }

    /// <summary>How often it failed and was begun again.</summary>
    public int Failures { get; init; }

    /// <summary>What it waits for, or why it failed the last time; null when there is nothing to say.</summary>
    public string? Note { get; init; }

    /// <summary>What was found and done: names and values, for the report.</summary>
    public IReadOnlyList<Finding> Findings { get; init => field = value ?? []; } = [];
}

/// <summary>Something that a step found or did.</summary>
/// <param name="What">What, such as <c>rows</c>.</param>
/// <param name="Value">The value, as text.</param>
public sealed record Finding(string What, string Value);
