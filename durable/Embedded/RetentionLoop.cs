namespace ControlPlane.Durable.Embedded;

/// <summary>Forgets what finished long ago.</summary>
internal sealed class RetentionLoop(EngineWork work, IOrchestrationStore store, EmbeddedEngineOptions options, TimeProvider time)
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Looks once an hour until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (options.Retention is not null)
        {
            await PurgeAsync(stop);
            await Task.Delay(Pause, time, stop);
        }
    }

    /// <summary>Forgets all that is older than the retention, and returns how many that were.</summary>
    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        if (options.Retention is not { } retention)
            return 0;
        var before = time.GetUtcNow() - retention;
        for (var purged = 0; ;)
        {
            var some = await work.Retries.RunAsync(token => store.PurgeFinishedAsync(before, MostAtOnce, token), cancellation);
            purged += some;
            if (some < MostAtOnce)
                return purged;
        }
    }
}
