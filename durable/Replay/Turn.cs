using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;
using Kind = ControlPlane.Durable.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;
using Type = ControlPlane.Durable.Protocol.HistoryEvent.EventTypeOneofCase;

namespace ControlPlane.Durable.Replay;

/// <summary>
/// One turn: runs the code over events and gathers what it asks for. Source: durable-protocol, section 4, which
/// describes DTFx's TaskOrchestrationExecutor.
/// </summary>
internal sealed class Turn(ReplayContext context, TurnThread thread, OrchestrationRegistry registry)
{
    /// <summary>The id DTFx gives to the inner timers with which it splits long ones.</summary>
    private const int SplitterId = -100;

    private readonly Queue<HistoryEvent> _queued = new();
    private Task<string?>? _code;
    private bool _suspended;
    private bool _terminated;

    /// <summary>Takes one event and runs the code until it waits again.</summary>
    /// <exception cref="NonDeterminismException">The event confirms what the code did not ask for.</exception>
    public void Take(HistoryEvent taken)
    {
        if (taken.EventTypeCase == Type.OrchestratorStarted)
            context.TurnStarted = taken.Timestamp?.ToDateTimeOffset() ?? context.TurnStarted;
        else if (!_suspended || taken.EventTypeCase is Type.ExecutionResumed or Type.ExecutionTerminated)
            Handle(taken);
        else if (taken.EventTypeCase != Type.ExecutionSuspended)
            _queued.Enqueue(taken);
        thread.RunPosted();
    }

    /// <summary>
    /// Adds the completion when the code has ended. Success and failure complete at once: results that come later are
    /// dropped by every backend, and a forgotten timer does not hold the instance. Continue-as-new waits until
    /// nothing is open, because ids begin at 0 again and a late result could meet a new task. A suspended instance
    /// completes after it is resumed, so that nothing it asked for before is lost.
    /// </summary>
    /// <exception cref="NonDeterminismException">The code waits for something that no event can bring.</exception>
    public void End()
    {
        if (_terminated || _suspended || _code is null)
            return;
        if (thread.LeftThread || (!_code.IsCompleted && !context.CanBeWoken))
            throw new NonDeterminismException(
                $"Orchestrator '{context.Name}' awaits something that is not a task of its context, so it cannot be replayed. I/O, Task.Delay and Task.Run belong in activities.");
        if (_code.IsCompletedSuccessfully && context.Next is { } next)
            ContinueAsNew(next);
        else if (_code.IsCompleted)
            Complete(Completions.Of(_code));
    }

    private void Handle(HistoryEvent taken)
    {
        switch (taken.EventTypeCase)
        {
            case Type.ExecutionStarted:
                Start(taken.ExecutionStarted);
                break;
            case Type.TaskScheduled:
                context.Actions.Confirm(taken.EventId, Kind.ScheduleTask, taken.TaskScheduled.Name);
                break;
            case Type.SubOrchestrationInstanceCreated:
                context.Actions.Confirm(taken.EventId, Kind.CreateSubOrchestration, taken.SubOrchestrationInstanceCreated.Name);
                break;
            case Type.TimerCreated when taken.EventId != SplitterId:
                context.Actions.Confirm(taken.EventId, Kind.CreateTimer, null);
                break;
            case Type.EventSent:
                context.Actions.Confirm(taken.EventId, Kind.SendEvent, taken.EventSent.Name);
                break;
            case Type.EventRaised when context.Next is not null:
                context.Inbox.Keep(taken.EventRaised);
                break;
            case Type.EventRaised:
                context.Inbox.Deliver(taken.EventRaised);
                break;
            case Type.ExecutionTerminated:
                Terminate(taken.ExecutionTerminated.Input);
                break;
            case Type.ExecutionSuspended:
                _suspended = true;
                context.Actions.HoldBack();
                break;
            case Type.ExecutionResumed:
                Resume();
                break;
            default:
                EndTask(taken);
                break;
        }
    }

    private void EndTask(HistoryEvent taken)
    {
        switch (taken.EventTypeCase)
        {
            case Type.TaskCompleted:
                context.Open.Complete(taken.TaskCompleted.TaskScheduledId, taken.TaskCompleted.Result);
                break;
            case Type.TaskFailed:
                context.Open.Fail(taken.TaskFailed.TaskScheduledId, taken.TaskFailed.FailureDetails);
                break;
            case Type.SubOrchestrationInstanceCompleted:
                var completed = taken.SubOrchestrationInstanceCompleted;
                context.Open.Complete(completed.TaskScheduledId, completed.Result);
                break;
            case Type.SubOrchestrationInstanceFailed:
                var failed = taken.SubOrchestrationInstanceFailed;
                context.Open.Fail(failed.TaskScheduledId, failed.FailureDetails);
                break;
            case Type.TimerFired:
                context.Open.Complete(taken.TimerFired.TimerId, null);
                break;
        }
    }

    private void Start(ExecutionStartedEvent started)
    {
        if (_code is not null)
            return;
        context.Start(started);
        _code = registry.TryGetOrchestrator(started.Name, out var code)
            ? code(context, started.Input)
            : Task.FromException<string?>(new InvalidOperationException($"There is no orchestrator named '{started.Name}'."));
    }

    private void Resume()
    {
        if (!_suspended)
            return;
        _suspended = false;
        context.Actions.PutBack();
        for (var left = _queued.Count; left > 0; left--)
            Take(_queued.Dequeue());
    }

    private void Terminate(string? reason)
    {
        if (_terminated)
            return;
        _terminated = true;
        Complete(new() { OrchestrationStatus = OrchestrationStatus.Terminated, Result = reason });
    }

    private void ContinueAsNew(NextGeneration next)
    {
        if (context.Open.Any)
            return;
        var completion = new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.ContinuedAsNew, Result = next.Input };
        if (next.KeepEvents)
            completion.CarryoverEvents.AddRange(context.Inbox.Kept.Select(Carry));
        Complete(completion);
    }

    private HistoryEvent Carry(EventRaisedEvent kept) =>
        new() { EventId = -1, Timestamp = context.TurnStarted.ToTimestamp(), EventRaised = kept };

    private void Complete(CompleteOrchestrationAction completion) =>
        context.Actions.Add(new() { CompleteOrchestration = completion });
}
