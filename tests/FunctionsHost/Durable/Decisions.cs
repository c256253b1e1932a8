using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;
using Kind = ControlPlane.Durable.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>
/// Carries out what an orchestrator answered: DTFx's TaskOrchestrationDispatcher. Everything is done in the order of the
/// list, also what stands next to a completion. Source: durable-protocol, sections 3, 5 and 7.
/// </summary>
internal sealed class Decisions(RuntimeState state, TurnEffects effects, DateTimeOffset at, ExtensionVersion version)
{
    private static readonly TimeSpan LongestHiddenMessage = TimeSpan.FromDays(7);

    private OrchestrationInstanceId Self => state.Started!.OrchestrationInstance;

    /// <summary>Adds them to the history. The next generation when it was asked for.</summary>
    /// <exception cref="TurnAbortedException">The storage could not take them; the turn is repeated, with the same end.</exception>
    public RuntimeState? Apply(IEnumerable<OrchestratorAction> actions)
    {
        RuntimeState? next = null;
        foreach (var action in actions)
        {
            switch (action.OrchestratorActionTypeCase)
            {
                case Kind.ScheduleTask:
                    Schedule(action.Id, action.ScheduleTask);
                    break;
                case Kind.CreateTimer:
                    CreateTimer(action.Id, action.CreateTimer.FireAt);
                    break;
                case Kind.CreateSubOrchestration:
                    CreateChild(action.Id, action.CreateSubOrchestration);
                    break;
                case Kind.SendEvent:
                    SendEvent(action.Id, action.SendEvent);
                    break;
                case Kind.CompleteOrchestration when action.CompleteOrchestration.OrchestrationStatus == OrchestrationStatus.ContinuedAsNew:
                    next = ContinueAsNew(action.Id, action.CompleteOrchestration);
                    break;
                case Kind.CompleteOrchestration:
                    Complete(action.Id, action.CompleteOrchestration);
                    break;
            }
        }

        if (next is null && !state.EndsWithTurn)
            state.Add(Events.TurnCompleted(at));
        return next;
    }

    private void Schedule(int id, ScheduleTaskAction action)
    {
        var scheduled = Events.New(at, made => made.TaskScheduled = new() { Name = action.Name, Version = action.Version, Input = action.Input }, id);
        if (version == ExtensionVersion.E319)
            scheduled.TaskScheduled.Tags.Add(action.Tags);
        state.Add(scheduled);
        effects.Activities.Add(new ActivityItem(Self.InstanceId, Self.ExecutionId, scheduled));
    }

    private void CreateTimer(int id, Timestamp due)
    {
        if (due.ToDateTimeOffset() - at > LongestHiddenMessage)
            throw new TurnAbortedException($"a timer of {due.ToDateTimeOffset() - at:c}: a queue hides messages for seven days at most");
        state.Add(Events.New(at, made => made.TimerCreated = new() { FireAt = due }, id));
        effects.Timers.Add(new TimerItem(due.ToDateTimeOffset(), ToSelf(Events.TimerFired(due.ToDateTimeOffset(), id, due))));
    }

    private void CreateChild(int id, CreateSubOrchestrationAction action)
    {
        if (action.InstanceId.Length == 0)
            throw new TurnAbortedException("a sub-orchestration without an instance id");
        state.Add(Events.New(
            at,
            made => made.SubOrchestrationInstanceCreated = new() { InstanceId = action.InstanceId, Name = action.Name, Version = action.Version, Input = action.Input },
            id));
        var started = new ExecutionStartedEvent
        {
            Name = action.Name,
            Version = action.Version,
            Input = action.Input,
            OrchestrationInstance = NewExecution(action.InstanceId),
            ParentInstance = new()
            {
                TaskScheduledId = id,
                Name = state.Started!.Name,
                Version = state.Started.Version,
                OrchestrationInstance = Self.Clone(),
            },
        };
        if (version == ExtensionVersion.E319)
            started.Tags.Add(action.Tags);
        effects.Messages.Add(new HubMessage(action.InstanceId, started.OrchestrationInstance.ExecutionId, Events.Started(at, started)));
    }

    private void SendEvent(int id, SendEventAction action)
    {
        state.Add(Events.New(
            at, made => made.EventSent = new() { InstanceId = action.Instance.InstanceId, Name = action.Name, Input = action.Data }, id));
        effects.Messages.Add(new HubMessage(action.Instance.InstanceId, null, Events.Raised(at, action.Name, action.Data)));
    }

    /// <summary>The next generation runs at once. Its news end with the end of a turn that it has not had. Source: section 3.</summary>
    private RuntimeState ContinueAsNew(int id, CompleteOrchestrationAction action)
    {
        state.Add(Events.New(at, made => made.ContinueAsNew = new() { Input = action.Result }, id));
        var started = state.Started!.Clone();
        started.Input = action.Result;
        started.Version = action.NewVersion ?? started.Version;
        started.OrchestrationInstance = NewExecution(Self.InstanceId);
        var next = new RuntimeState([]) { CustomStatus = state.CustomStatus };
        next.Add(Events.TurnStarted(at));
        next.Add(Events.Started(at, started));
        foreach (var carried in action.CarryoverEvents.Where(carried => carried.EventRaised is not null))
            next.Add(Events.New(at, made => made.EventRaised = carried.EventRaised.Clone(), carried.EventId));
        next.Add(Events.TurnCompleted(at));
        return next;
    }

    private void Complete(int id, CompleteOrchestrationAction action)
    {
        state.Add(Events.New(
            at,
            made => made.ExecutionCompleted = new() { OrchestrationStatus = action.OrchestrationStatus, Result = action.Result, FailureDetails = action.FailureDetails },
            id));
        if (state.Started!.ParentInstance is not { } parent)
            return;
        var told = action.OrchestrationStatus switch
        {
            OrchestrationStatus.Completed => Events.ChildCompleted(at, parent.TaskScheduledId, action.Result),
            OrchestrationStatus.Failed or OrchestrationStatus.Terminated => Events.ChildFailed(at, parent.TaskScheduledId, action.FailureDetails),
            _ => null,
        };
        if (told is not null)
            effects.Messages.Add(new HubMessage(parent.OrchestrationInstance.InstanceId, parent.OrchestrationInstance.ExecutionId, told));
    }

    private HubMessage ToSelf(HistoryEvent message) => new(Self.InstanceId, Self.ExecutionId, message);

    private static OrchestrationInstanceId NewExecution(string instance) => new() { InstanceId = instance, ExecutionId = Guid.NewGuid().ToString("N") };
}
