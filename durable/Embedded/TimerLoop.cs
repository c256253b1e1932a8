namespace ControlPlane.Durable.Embedded;

/// <summary>Fires timers when they are due.</summary>
internal sealed class TimerLoop(EngineWork work, IOrchestrationStore store, TimeProvider time)
{
    private const int MostAtOnce = 256;

    /// <summary>Fires timers until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            work.Timers.Forget();
            var fired = await work.Retries.RunAsync(
                cancellation => store.FireTimersAsync(time.GetUtcNow(), MostAtOnce, cancellation), stop);
            foreach (var woken in fired.Woken)
                work.Turns.Offer(woken);
            await work.Timers.SleepAsync(fired.NextDue, stop);
        }
    }
}
