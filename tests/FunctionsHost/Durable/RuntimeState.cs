using ControlPlane.Durable.Protocol;
using Kind = ControlPlane.Durable.Protocol.HistoryEvent.EventTypeOneofCase;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>A generation's history while a turn runs: DTFx's OrchestrationRuntimeState.</summary>
internal sealed class RuntimeState
{
    private readonly List<HistoryEvent> _new = [];

    public RuntimeState(IReadOnlyList<HistoryEvent> past)
    {
        Past = past;
        foreach (var item in past)
            Mark(item);
    }

    public IReadOnlyList<HistoryEvent> Past { get; }

    public IReadOnlyList<HistoryEvent> New => _new;

    public ExecutionStartedEvent? Started { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    public ExecutionCompletedEvent? Completed { get; private set; }

    public bool IsSuspended { get; private set; }

    public string? CustomStatus { get; set; }

    public bool EndsWithTurn => _new is [.., { EventTypeCase: Kind.OrchestratorCompleted }];

    /// <exception cref="InvalidOperationException">There is a second end: the storage would be corrupt.</exception>
    public void Add(HistoryEvent item)
    {
        _new.Add(item);
        Mark(item);
    }

    private void Mark(HistoryEvent item)
    {
        switch (item.EventTypeCase)
        {
            case Kind.ExecutionStarted:
                Started = item.ExecutionStarted;
                StartedAt = item.Timestamp.ToDateTimeOffset();
                break;
            case Kind.ExecutionCompleted when Completed is not null:
                throw new InvalidOperationException("Multiple ExecutionCompletedEvent found, potential corruption in state storage");
            case Kind.ExecutionCompleted:
                Completed = item.ExecutionCompleted;
                break;
            case Kind.ExecutionSuspended:
                IsSuspended = true;
                break;
            case Kind.ExecutionResumed:
                IsSuspended = false;
                break;
        }
    }
}
