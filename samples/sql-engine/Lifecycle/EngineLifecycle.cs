using SqlEngine.Options;

namespace SqlEngine.Lifecycle;

/// <summary>Where the instance is between its start and its end.</summary>
internal sealed class EngineLifecycle(EngineOptions options, TimeProvider time)
{
    private volatile bool _isDraining;
    private volatile bool _isStopping;
    private volatile bool _isMigrating = options.Migrates;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public EngineState State =>
        _isStopping ? EngineState.Stopping
        : _isDraining ? EngineState.Draining
        : _isMigrating ? EngineState.Migrating
        : StartsWithin > TimeSpan.Zero ? EngineState.Starting
        : EngineState.Ready;

    /// <summary>How long until it is ready; zero or less when it is.</summary>
    public TimeSpan StartsWithin => StartedAt + options.StartupDelay - time.GetUtcNow();

    /// <returns>True when it was not draining before.</returns>
    public bool Drain() => !Interlocked.Exchange(ref _isDraining, true);

    /// <returns>False when it is stopping, from which nothing leads back.</returns>
    public bool Undrain()
    {
        _isDraining = false;
        return !_isStopping;
    }

    public void EndMigration() => _isMigrating = false;

    public void Stop() => _isStopping = true;
}
