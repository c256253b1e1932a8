using ControlPlane.Durable.Protocol;
using Kind = ControlPlane.Durable.Protocol.HistoryEvent.EventTypeOneofCase;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>
/// Runs one work item of an orchestration: a turn, and at once the turns of the generations that it begins. Source:
/// durable-protocol, section 3; DTFx's TaskOrchestrationDispatcher.
/// </summary>
internal sealed class TurnRunner(OrchestratorCall call, IDeliveryFate fate, ExtensionVersion version, TimeProvider time)
{
    /// <summary>The row to store and what goes out; no row when all messages were for nobody.</summary>
    /// <exception cref="TurnAbortedException">Nothing may be stored.</exception>
    public async Task<(HubInstance? Row, TurnEffects Effects)> RunAsync(TurnWork work, CancellationToken stop)
    {
        var effects = new TurnEffects();
        var messages = Arrange(work);
        var row = work.Row;
        var begins = messages.FirstOrDefault(message => message.Event.EventTypeCase == Kind.ExecutionStarted);
        var isNew = begins is not null && (row is null || row.IsFinished || (row.History.Count == 0 && row.ExecutionId == begins.ExecutionId));
        if (!isNew && (row is null || row.IsFinished || row.History.Count == 0))
            return (null, effects);

        var state = new RuntimeState(isNew ? [] : row!.History);
        state.Add(Events.TurnStarted(time.GetUtcNow()));
        if (isNew)
            state.Add(begins!.Event);
        foreach (var message in messages.Where(message => IsFor(message, state)))
            state.Add(message.Event.Clone());

        while (true)
        {
            var response = await call.RunAsync(state, stop);
            state.CustomStatus = response.CustomStatus;
            var next = Apply(state, effects, response);
            if (next is null)
                return (Row(state), effects);
            state = next;
        }
    }

    private RuntimeState? Apply(RuntimeState state, TurnEffects effects, OrchestratorResponse response)
    {
        try
        {
            return new Decisions(state, effects, time.GetUtcNow(), version).Apply(response.Actions);
        }
        catch (InvalidOperationException corrupt)
        {
            throw new TurnAbortedException(corrupt.Message);
        }
    }

    /// <summary>A start goes first. Completions may have overtaken each other.</summary>
    private List<HubMessage> Arrange(TurnWork work)
    {
        var messages = work.Messages.OrderBy(message => message.Event.EventTypeCase == Kind.ExecutionStarted ? 0 : 1).ToList();
        if (!fate.Reorders(work.InstanceId))
            return messages;
        var places = Enumerable.Range(0, messages.Count).Where(index => IsCompletion(messages[index].Event)).ToList();
        for (var left = places.Count; left > 1; left--)
        {
            var (one, other) = (places[left - 1], places[fate.Pick(left)]);
            (messages[one], messages[other]) = (messages[other], messages[one]);
        }

        return messages;
    }

    private static bool IsCompletion(HistoryEvent item) => item.EventTypeCase is Kind.TaskCompleted or Kind.TaskFailed
        or Kind.SubOrchestrationInstanceCompleted or Kind.SubOrchestrationInstanceFailed or Kind.TimerFired;

    /// <summary>A second start is swallowed, and so is what belongs to another execution.</summary>
    private static bool IsFor(HubMessage message, RuntimeState state) => message.Event.EventTypeCase != Kind.ExecutionStarted
        && (message.ExecutionId is null || message.ExecutionId == state.Started!.OrchestrationInstance.ExecutionId);

    private HubInstance Row(RuntimeState state) => new()
    {
        Id = state.Started!.OrchestrationInstance.InstanceId,
        Name = state.Started.Name,
        Version = state.Started.Version,
        ExecutionId = state.Started.OrchestrationInstance.ExecutionId,
        Status = state.Completed?.OrchestrationStatus ?? (state.IsSuspended ? OrchestrationStatus.Suspended : OrchestrationStatus.Running),
        Input = state.Started.Input,
        Output = state.Completed?.Result,
        CustomStatus = state.CustomStatus,
        Failure = state.Completed?.FailureDetails,
        Created = state.StartedAt,
        Updated = time.GetUtcNow(),
        History = [.. state.Past, .. state.New],
    };
}
