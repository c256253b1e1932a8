using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Durable.Embedded;

/// <summary>Runs activities, each at least once: a call is taken off the store's list only with its result.</summary>
internal sealed class ActivityLoop(EngineWork work, IOrchestrationStore store, ActivityRunner runner, TimeProvider time)
{
    /// <summary>Takes calls until stopped. What is being done when it is stopped is finished, unless told to give up.</summary>
    public Task RunAsync(CancellationToken stop, CancellationToken giveUp) =>
        work.Activities.RunEachAsync(call => RunCallAsync(call, giveUp), stop);

    private async Task RunCallAsync(ActivityWork call, CancellationToken giveUp)
    {
        var context = new ActivityContext(call.InstanceId, call.ExecutionId, call.TaskId);
        var text = await runner.RunAsync(call.Name, context, call.Input, giveUp);
        var result = new HistoryEvent
        {
            EventId = -1,
            Timestamp = time.GetUtcNow().ToTimestamp(),
            TaskCompleted = new() { TaskScheduledId = call.TaskId, Result = ActivityResult.ForHistory(text) },
        };
        await work.Retries.RunAsync(cancellation => store.CompleteActivityAsync(call, result, cancellation), giveUp);
        work.Turns.Offer(call.InstanceId);
    }
}
