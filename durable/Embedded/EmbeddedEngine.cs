using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Replay;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Durable.Embedded;

/// <summary>
/// Runs orchestrations on one node. What happened is in the store before anything follows from it, so the engine can
/// stop, or be stopped, at any point and goes on from there. It sleeps while there is nothing to do.
/// </summary>
public sealed partial class EmbeddedEngine : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly EngineWork _work;
    private readonly EngineClock _clock;
    private readonly EmbeddedEngineOptions _options;
    private readonly TurnLoop _turns;
    private readonly ActivityLoop _activities;
    private readonly TimerLoop _timers;
    private readonly RetentionLoop _retention;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _running = Task.CompletedTask;
    private bool _started;

    /// <summary>Makes an engine; <see cref="Start"/> sets it going.</summary>
    /// <param name="store">Where everything is kept. No other engine may use it at the same time.</param>
    /// <param name="registry">The orchestrators and activities.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where trouble is told.</param>
    public EmbeddedEngine(
        IOrchestrationStore store,
        OrchestrationRegistry registry,
        EmbeddedEngineOptions options,
        TimeProvider time,
        ILogger<EmbeddedEngine> logger)
    {
        _options = options;
        _clock = new(time, logger);
        _work = new(store, time, logger);
        _turns = new(_work, store, new OrchestratorExecutor(registry), options, _clock);
        _activities = new(_work, store, new ActivityRunner(registry), time);
        _timers = new(_work, store, time);
        _retention = new(_work, store, options, time);
        Client = new EmbeddedClient(_work, store, registry.Payload, options, time);
    }

    /// <summary>Starts, signals and queries orchestrations. Works also before the start: the engine finds it all in the store.</summary>
    public IOrchestrationClient Client { get; }

    /// <summary>Sets the engine going, with what the store still has to do.</summary>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start()
    {
        if (_started)
            throw new InvalidOperationException("The engine was started before.");
        _started = true;
        var turns = Enumerable.Range(0, _options.MaxConcurrentTurns).Select(_ => KeepAsync(() => _turns.RunAsync(_stop.Token, _giveUp.Token)));
        var activities = Enumerable.Range(0, _options.MaxConcurrentActivities).Select(_ => KeepAsync(() => _activities.RunAsync(_stop.Token, _giveUp.Token)));
        _running = Task.WhenAll(
            [.. turns, .. activities, KeepAsync(() => _timers.RunAsync(_stop.Token)), KeepAsync(() => _retention.RunAsync(_stop.Token))]);
    }

    /// <summary>
    /// Takes nothing new and lets what is being done finish. What has not finished in time is told to stop, and is
    /// done again when an engine starts on the same store.
    /// </summary>
    /// <param name="deadline">The longest wait for what is being done.</param>
    /// <returns>Whether all of it finished in time.</returns>
    public async Task<bool> StopAsync(TimeSpan deadline)
    {
        await _stop.CancelAsync();
        if (await EndsWithinAsync(deadline))
            return true;
        await _giveUp.CancelAsync();
        await EndsWithinAsync(Grace);
        return false;
    }

    /// <summary>Forgets instances that finished longer ago than the retention, and returns how many. The engine does so every hour by itself.</summary>
    public Task<int> PurgeAsync(CancellationToken cancellation = default) => _retention.PurgeAsync(cancellation);

    /// <summary>Stops without waiting.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        if (!_running.IsCompleted)
            // Something ignores that it was told to stop; it still uses what would be disposed of here.
            return;
        _work.Dispose();
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private async Task<bool> EndsWithinAsync(TimeSpan deadline)
    {
        try
        {
            await _running.WaitAsync(deadline, _clock.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // A bug in one piece of work must not take a worker away from all the others.
    private async Task KeepAsync(Func<Task> loop)
    {
        await Task.Yield();
        try
        {
            while (!await EndedAsync(loop))
                await Task.Delay(Grace, _clock.Time, _stop.Token);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Stopped, as asked. What was broken off by it is done again after the next start.
        }
    }

    private async Task<bool> EndedAsync(Func<Task> loop)
    {
        try
        {
            await loop();
            return true;
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            LogLoopFailed(_clock.Logger, exception);
            _work.Reload();
            return false;
        }
    }
}
