using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SqlEngine.Jobs;

namespace SqlEngine.Lifecycle;

/// <summary>
/// Says that the engine runs, and ends it well: work is refused while the port still answers, running jobs get the drain
/// timeout, what then still runs is cancelled, and only after that the port closes.
/// </summary>
internal sealed partial class EngineService(Engine engine, IServer server, ILogger<EngineService> logger) : IHostedLifecycleService
{
    /// <summary>How long cancelled jobs get to answer and callbacks to be delivered.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var urls = string.Join(' ', server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        LogStarted(engine.Options.Name, engine.Options.EngineVersion, urls, engine.Database.Name);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        engine.Lifecycle.Stop();
        engine.Drain();
        if (await IsIdleWithinAsync(engine.Options.DrainTimeout))
            return;

        LogCancelling(engine.Options.Name, engine.Jobs.Count);
        engine.Jobs.CancelAll(CancelCause.Stopping);
        await IsIdleWithinAsync(LastWords);
        engine.AsyncJobs.Stop();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        LogStopped(engine.Options.Name);
        return Task.CompletedTask;
    }

    private async Task<bool> IsIdleWithinAsync(TimeSpan limit)
    {
        try
        {
            await WhenIdleAsync().WaitAsync(limit, engine.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task WhenIdleAsync()
    {
        await engine.Jobs.WhenIdleAsync();
        await engine.AsyncJobs.WhenIdleAsync();
    }
}
