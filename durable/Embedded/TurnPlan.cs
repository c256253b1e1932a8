using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;
using Kind = ControlPlane.Durable.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;
using Type = ControlPlane.Durable.Protocol.HistoryEvent.EventTypeOneofCase;

namespace ControlPlane.Durable.Embedded;

/// <summary>What a turn is asked, and what becomes of its answer. Pure: it plays the backend of durable-protocol, section 3.</summary>
/// <param name="work">What the turn begins with.</param>
/// <param name="at">When it is.</param>
/// <param name="newExecutionId">Makes ids of executions.</param>
internal sealed class TurnPlan(TurnWork work, DateTimeOffset at, Func<string> newExecutionId)
{
    private readonly Timestamp _at = at.ToTimestamp();

    /// <summary>How many events the turn replays and takes.</summary>
    public int Events => work.Past.Count + work.Opening.Count + work.Messages.Count;

    private IEnumerable<HistoryEvent> Inbound => work.Opening.Concat(work.Messages.Select(message => message.Event));

    private HistoryEvent Begin => new() { EventId = -1, Timestamp = _at, OrchestratorStarted = new() };

    private HistoryEvent End => new() { EventId = -1, Timestamp = _at, OrchestratorCompleted = new() };

    private ExecutionStartedEvent Started =>
        work.Past.Concat(work.Opening).First(past => past.EventTypeCase == Type.ExecutionStarted).ExecutionStarted;

    /// <summary>What the executor gets.</summary>
    public OrchestratorRequest Request() => new()
    {
        InstanceId = work.InstanceId,
        ExecutionId = work.ExecutionId,
        PastEvents = { work.Past },
        NewEvents = { Inbound.Prepend(Begin) },
    };

    /// <summary>What the store gets when the turn itself could not be run.</summary>
    public TurnCommit Fail(TaskFailure failure) => Commit(new()
    {
        Actions = { new OrchestratorAction { CompleteOrchestration = Replay.Completions.Failed(failure) } },
    });

    /// <summary>What the store gets.</summary>
    public TurnCommit Commit(OrchestratorResponse response)
    {
        var completion = response.Actions.FirstOrDefault(action => action.OrchestratorActionTypeCase == Kind.CompleteOrchestration)?.CompleteOrchestration;
        var actions = CarriedOut(response, completion);
        var ends = completion is not null && completion.OrchestrationStatus != OrchestrationStatus.ContinuedAsNew;
        return new()
        {
            InstanceId = work.InstanceId,
            ExecutionId = work.ExecutionId,
            Turn = work.Turn,
            Consumed = [.. work.Messages.Select(message => message.Id)],
            History = [Begin, .. Inbound, .. actions.Select(Record), End],
            At = at,
            Status = ends ? completion!.OrchestrationStatus : Holds() ? OrchestrationStatus.Suspended : OrchestrationStatus.Running,
            CustomStatus = response.CustomStatus,
            Output = ends ? completion!.Result : null,
            Failure = completion?.FailureDetails,
            Activities = [.. actions.Where(action => action.ScheduleTask is not null).Select(Activity)],
            Timers = [.. actions.Where(action => action.CreateTimer is not null).Select(Timer)],
            Children = [.. actions.Where(action => action.CreateSubOrchestration is not null).Select(Child)],
            Messages = [.. actions.Where(action => action.SendEvent is not null).Select(Event), .. ends ? ToParent(completion!) : []],
            Next = completion is null || ends ? null : Next(completion),
        };
    }

    // A terminated instance begins nothing more; one that ended otherwise, or goes on in its next generation, has nobody
    // left who waits for a timer.
    private static List<OrchestratorAction> CarriedOut(OrchestratorResponse response, CompleteOrchestrationAction? completion) =>
        completion switch
        {
            null => [.. response.Actions],
            { OrchestrationStatus: OrchestrationStatus.Terminated } => [.. response.Actions.Where(action => action.CompleteOrchestration == completion)],
            _ => [.. response.Actions.Where(action => action.CreateTimer is null)],
        };

    private bool Holds() => Inbound.Aggregate(
        work.Status == OrchestrationStatus.Suspended,
        (holds, inbound) => inbound.EventTypeCase switch
        {
            Type.ExecutionSuspended => true,
            Type.ExecutionResumed => false,
            _ => holds,
        });

    private HistoryEvent Record(OrchestratorAction action)
    {
        var recorded = new HistoryEvent { EventId = action.Id, Timestamp = _at };
        switch (action.OrchestratorActionTypeCase)
        {
            case Kind.ScheduleTask:
                recorded.TaskScheduled = new() { Name = action.ScheduleTask.Name, Input = action.ScheduleTask.Input };
                break;
            case Kind.CreateSubOrchestration:
                var child = action.CreateSubOrchestration;
                recorded.SubOrchestrationInstanceCreated = new() { InstanceId = child.InstanceId, Name = child.Name, Input = child.Input };
                break;
            case Kind.CreateTimer:
                recorded.TimerCreated = new() { FireAt = action.CreateTimer.FireAt };
                break;
            case Kind.SendEvent:
                var sent = action.SendEvent;
                recorded.EventSent = new() { InstanceId = sent.Instance.InstanceId, Name = sent.Name, Input = sent.Data };
                break;
            case Kind.CompleteOrchestration:
                var end = action.CompleteOrchestration;
                recorded.ExecutionCompleted = new()
                {
                    OrchestrationStatus = end.OrchestrationStatus,
                    Result = end.Result,
                    FailureDetails = end.FailureDetails,
                };
                break;
        }

        return recorded;
    }

    private static ActivityCall Activity(OrchestratorAction action) => new(action.Id, action.ScheduleTask.Name, action.ScheduleTask.Input);

    private static TimerCall Timer(OrchestratorAction action)
    {
        var due = action.CreateTimer.FireAt;
        return new(action.Id, due.ToDateTimeOffset(), new()
        {
            EventId = -1,
            Timestamp = due,
            TimerFired = new() { TimerId = action.Id, FireAt = due },
        });
    }

    private OutgoingMessage Event(OrchestratorAction action)
    {
        var sent = action.SendEvent;
        return new(sent.Instance.InstanceId, null, new()
        {
            EventId = -1,
            Timestamp = _at,
            EventRaised = new() { Name = sent.Name, Input = sent.Data },
        });
    }

    private ChildStart Child(OrchestratorAction action)
    {
        var child = action.CreateSubOrchestration;
        var start = StartOf(child.InstanceId, child.Name, child.Input, new()
        {
            TaskScheduledId = action.Id,
            Name = Started.Name,
            OrchestrationInstance = new() { InstanceId = work.InstanceId, ExecutionId = work.ExecutionId },
        });
        var refusal = new TaskFailure("InstanceRunning", $"An orchestration with the id '{child.InstanceId}' is running already.");
        return new(start, new(work.InstanceId, work.ExecutionId, FailedChild(action.Id, refusal.ToDetails())));
    }

    private IEnumerable<OutgoingMessage> ToParent(CompleteOrchestrationAction completion)
    {
        if (Started.ParentInstance is not { } parent)
            yield break;
        var told = completion.OrchestrationStatus == OrchestrationStatus.Completed
            ? new HistoryEvent
            {
                EventId = -1,
                Timestamp = _at,
                SubOrchestrationInstanceCompleted = new() { TaskScheduledId = parent.TaskScheduledId, Result = completion.Result },
            }
            : FailedChild(parent.TaskScheduledId, completion.FailureDetails);
        yield return new(parent.OrchestrationInstance.InstanceId, parent.OrchestrationInstance.ExecutionId, told);
    }

    private HistoryEvent FailedChild(int taskId, TaskFailureDetails? details) => new()
    {
        EventId = -1,
        Timestamp = _at,
        SubOrchestrationInstanceFailed = new() { TaskScheduledId = taskId, FailureDetails = details },
    };

    private NextExecution Next(CompleteOrchestrationAction completion) => new(
        StartOf(work.InstanceId, Started.Name, completion.Result, Started.ParentInstance),
        [.. completion.CarryoverEvents]);

    private InstanceStart StartOf(string instanceId, string name, string? input, ParentInstanceInfo? parent) =>
        Starts.Of(instanceId, newExecutionId(), name, input, at, parent);
}
