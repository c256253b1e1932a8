using ControlPlane.Durable.Model;
using ControlPlane.Durable.Replay;

namespace ControlPlane.Durable.Embedded;

/// <summary>Runs turns, one at a time for each instance.</summary>
internal sealed partial class TurnLoop(
    EngineWork work, IOrchestrationStore store, OrchestratorExecutor executor, EmbeddedEngineOptions options, EngineClock clock)
{
    /// <summary>Takes turns until stopped. What is being done when it is stopped is finished, unless told to give up.</summary>
    public Task RunAsync(CancellationToken stop, CancellationToken giveUp) =>
        work.Turns.RunEachAsync(instanceId => RunTurnAsync(instanceId, giveUp), stop);

    private async Task RunTurnAsync(string instanceId, CancellationToken giveUp)
    {
        var loaded = await work.Retries.RunAsync(
            cancellation => store.LoadTurnAsync(instanceId, options.MaxMessagesPerTurn, cancellation), giveUp);
        if (loaded is null)
            return;
        var commit = Decide(loaded);
        var outcome = await work.Retries.RunAsync(cancellation => store.CommitTurnAsync(commit, cancellation), giveUp);
        if (outcome is null)
            // It was committed before, and the answer was lost: what it woke is found in the store.
            work.Reload();
        else
            Wake(commit, outcome);
        if (loaded.Messages.Count == options.MaxMessagesPerTurn)
            work.Turns.Offer(instanceId);
    }

    private TurnCommit Decide(TurnWork loaded)
    {
        // Turns of one instance never share a time, or the ids derived from it would come twice.
        var now = clock.Time.GetUtcNow();
        var plan = new TurnPlan(loaded, now > loaded.LastTurn ? now : loaded.LastTurn.AddTicks(1), options.NewExecutionId);
        if (plan.Events >= options.HistoryWarning)
            LogLongHistory(clock.Logger, loaded.InstanceId, plan.Events);
        try
        {
            return plan.Commit(executor.Execute(plan.Request()));
        }
        catch (Exception exception)
        {
            LogPoisonTurn(clock.Logger, loaded.InstanceId, exception);
            return plan.Fail(TaskFailure.FromException(exception));
        }
    }

    private void Wake(TurnCommit commit, TurnOutcome outcome)
    {
        foreach (var woken in outcome.Woken)
            work.Turns.Offer(woken);
        foreach (var activity in outcome.Activities)
            work.Activities.Offer(activity);
        foreach (var timer in commit.Timers)
            work.Timers.Hint(timer.Due);
    }
}
