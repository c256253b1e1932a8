using ControlPlane.Core.Backtest;

namespace ControlPlane.Functions.Backtests;

/// <summary>A load, wherever it is from.</summary>
internal sealed record PlayedLoad
{
    /// <summary>Where it is from, as the answer says it.</summary>
    public required string Source { get; init; }

    /// <summary>Its jobs, by arrival.</summary>
    public required IReadOnlyList<TimedJob> Jobs { get; init; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>How long it is.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How good the record is; null when it was uploaded.</summary>
    public RecordView? Record { get; init; }

    /// <summary>Backends that served at its beginning; null when it was uploaded.</summary>
    public int? ReadyAtStart { get; init; }

    /// <summary>Whether some of the backends were added by hand.</summary>
    public bool HasByHand { get; init; }
}
