using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Worker;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Takes turns and activities out of the hub and has them run, several at a time, turns of one instance one by one.</summary>
internal sealed class Dispatcher(TaskHub hub, TurnRunner turns, ActivityCall activities, IDeliveryFate fate, WorkerChannel worker, HostNotes notes)
{
    private const int AtOnce = 10;
    private const int AbortsThatAreTold = 5;

    private static readonly TimeSpan Redelivery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TimerCheck = TimeSpan.FromMilliseconds(10);

    private int _aborts;

    /// <summary>Runs until stopped. What is under way then stays in the hub.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        [LoopAsync(TimersAsync, stop), .. Enumerable.Range(0, AtOnce).SelectMany(_ => new[] { LoopAsync(TurnsAsync, stop), LoopAsync(ActivitiesAsync, stop) })]);

    private async Task TurnsAsync(CancellationToken stop)
    {
        await foreach (var id in hub.Turns.ReadAllAsync(stop))
        {
            if (hub.Take(id) is { } work)
                await TurnAsync(work, stop);
        }
    }

    private async Task TurnAsync(TurnWork work, CancellationToken stop)
    {
        var whatHappens = fate.NextTurn(work.InstanceId, work.Row?.Name ?? "");
        try
        {
            var running = turns.RunAsync(work, stop);
            if (whatHappens == TurnFate.KillHandler)
                await KillDuringAsync(running);
            var (row, effects) = await running;
            if (whatHappens == TurnFate.RepeatAfterAnswer)
                hub.Abandon(work);
            else if (!stop.IsCancellationRequested)
                hub.Commit(work, row, effects);
        }
        catch (TurnAbortedException aborted)
        {
            if (Interlocked.Increment(ref _aborts) > AbortsThatAreTold)
                notes.Complain($"{work.InstanceId}: turns are aborted again and again: {aborted.Message}");
            await Task.Delay(Redelivery, stop);
            hub.Abandon(work);
        }
    }

    private async Task ActivitiesAsync(CancellationToken stop)
    {
        await foreach (var item in hub.Activities.ReadAllAsync(stop))
            await ActivityAsync(item, stop);
    }

    private async Task ActivityAsync(ActivityItem item, CancellationToken stop)
    {
        try
        {
            var whatHappens = fate.NextActivity(item.InstanceId, item.Event.TaskScheduled.Name);
            var ends = await RunAsync(item, whatHappens, stop);
            if (whatHappens == ActivityFate.RepeatAfterAnswer)
                hub.Abandon(item);
            else
                hub.Complete(item, ends);
        }
        catch (TurnAbortedException)
        {
            await Task.Delay(Redelivery, stop);
            hub.Abandon(item);
        }
    }

    private async Task<HistoryEvent[]> RunAsync(ActivityItem item, ActivityFate whatHappens, CancellationToken stop)
    {
        var running = activities.RunAsync(item, stop);
        switch (whatHappens)
        {
            case ActivityFate.KillHandler:
                await KillDuringAsync(running);
                return [await running];
            case ActivityFate.RunTwice:
                return await Task.WhenAll(running, activities.RunAsync(item, stop));
            case ActivityFate.DeliverTwice:
                var end = await running;
                return [end, end.Clone()];
            default:
                return [await running];
        }
    }

    private async Task KillDuringAsync(Task running)
    {
        await Task.WhenAny(running, Task.Delay(fate.KillDelay()));
        worker.Kill();
    }

    private async Task TimersAsync(CancellationToken stop)
    {
        while (true)
        {
            hub.FireTimers();
            await Task.Delay(TimerCheck, stop);
        }
    }

    /// <summary>A loop that breaks is a fault of the double, which a test must hear of.</summary>
    private async Task LoopAsync(Func<CancellationToken, Task> loop, CancellationToken stop)
    {
        try
        {
            await loop(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception fault)
        {
            notes.Complain($"The double itself is broken: {fault}");
            throw;
        }
    }
}
