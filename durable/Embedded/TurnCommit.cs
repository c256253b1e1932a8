using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Embedded;

/// <summary>Everything that one turn changes, stored together or not at all.</summary>
public sealed record TurnCommit
{
    /// <summary>The instance.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The execution the turn ran for.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>How many turns of it were committed before; makes a repeated commit void.</summary>
    public required int Turn { get; init; }

    /// <summary>The messages the turn took.</summary>
    public required IReadOnlyList<long> Consumed { get; init; }

    /// <summary>What the turn adds to the history.</summary>
    public required IReadOnlyList<HistoryEvent> History { get; init; }

    /// <summary>Where the instance stands afterwards.</summary>
    public required OrchestrationStatus Status { get; init; }

    /// <summary>When the turn was.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>JSON text; null when none is set.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>JSON text; set when the instance finished.</summary>
    public string? Output { get; init; }

    /// <summary>Set when the instance failed.</summary>
    public TaskFailureDetails? Failure { get; init; }

    /// <summary>Activities to run.</summary>
    public IReadOnlyList<ActivityCall> Activities { get; init; } = [];

    /// <summary>Timers to keep.</summary>
    public IReadOnlyList<TimerCall> Timers { get; init; } = [];

    /// <summary>Sub-orchestrations to start.</summary>
    public IReadOnlyList<ChildStart> Children { get; init; } = [];

    /// <summary>Messages to other instances; one that cannot be delivered is dropped.</summary>
    public IReadOnlyList<OutgoingMessage> Messages { get; init; } = [];

    /// <summary>The next generation, when the instance continues as new; its history then begins empty.</summary>
    public NextExecution? Next { get; init; }
}

/// <summary>An activity to run.</summary>
/// <param name="TaskId">The call within its execution.</param>
/// <param name="Name">The activity.</param>
/// <param name="Input">JSON text.</param>
public sealed record ActivityCall(int TaskId, string Name, string? Input);

/// <summary>A timer to keep.</summary>
/// <param name="TimerId">The timer within its execution.</param>
/// <param name="Due">When it fires.</param>
/// <param name="Fired">The message it then becomes.</param>
public sealed record TimerCall(int TimerId, DateTimeOffset Due, HistoryEvent Fired);

/// <summary>A sub-orchestration to start.</summary>
/// <param name="Start">The new execution.</param>
/// <param name="IfRunning">What the parent is told when that id is running already.</param>
public sealed record ChildStart(InstanceStart Start, OutgoingMessage IfRunning);

/// <summary>A message to an instance.</summary>
/// <param name="InstanceId">Who gets it.</param>
/// <param name="ExecutionId">Only this execution of it; any when null.</param>
/// <param name="Event">What it says.</param>
public sealed record OutgoingMessage(string InstanceId, string? ExecutionId, HistoryEvent Event);

/// <summary>The next generation of an instance.</summary>
/// <param name="Start">Its execution.</param>
/// <param name="Carried">Events that go with it.</param>
public sealed record NextExecution(InstanceStart Start, IReadOnlyList<HistoryEvent> Carried);
