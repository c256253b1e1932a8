using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Embedded;

/// <summary>What a turn begins with.</summary>
public sealed record TurnWork
{
    /// <summary>The instance.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Which execution of it.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>How many turns of it were committed before.</summary>
    public required int Turn { get; init; }

    /// <summary>Pending before the first turn, then Running or Suspended.</summary>
    public required OrchestrationStatus Status { get; init; }

    /// <summary>When the last turn was, also one of an earlier execution: turns of an instance never share a time.</summary>
    public required DateTimeOffset LastTurn { get; init; }

    /// <summary>What was committed before.</summary>
    public required IReadOnlyList<HistoryEvent> Past { get; init; }

    /// <summary>What a new execution begins with: its start and the events carried over; empty after the first turn.</summary>
    public required IReadOnlyList<HistoryEvent> Opening { get; init; }

    /// <summary>What has come since, in order of arrival.</summary>
    public required IReadOnlyList<StoredMessage> Messages { get; init; }
}

/// <summary>A message that waits for its instance.</summary>
/// <param name="Id">Under which the store knows it.</param>
/// <param name="Event">What it says.</param>
public sealed record StoredMessage(long Id, HistoryEvent Event);
