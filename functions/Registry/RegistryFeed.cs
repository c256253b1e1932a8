using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>
/// Keeps what the registries hold in memory. Reads again at once after a change made in this process, and within one
/// poll after a change made in another: the version rows are all that a poll reads.
/// </summary>
internal sealed partial class RegistryFeed : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UpgradePollInterval = TimeSpan.FromMilliseconds(200);

    private readonly Registry<Backend> _backends;
    private readonly Registry<Monitor> _monitors;
    private readonly Registry<Group> _groups;
    private readonly TimeProvider _time;
    private readonly ILogger<RegistryFeed> _log;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private (string? Backends, string? Monitors, string? Groups) _versions;
    private Task? _next;

    public RegistryFeed(
        Registry<Backend> backends, Registry<Monitor> monitors, Registry<Group> groups, TimeProvider time, ILogger<RegistryFeed> log)
    {
        (_backends, _monitors, _groups, _time, _log) = (backends, monitors, groups, time, log);
        _backends.Changed += Wake;
        _monitors.Changed += Wake;
        _groups.Changed += Wake;
    }

    /// <summary>Raised with each new snapshot, one at a time.</summary>
    public event Action<RegistrySnapshot>? Updated;

    public RegistrySnapshot Current { get; private set; } = RegistrySnapshot.Empty;

    /// <summary>Whether the registry has been read at all.</summary>
    public bool IsLoaded => _loaded.Task.IsCompleted;

    /// <summary>Waits until the registry has been read.</summary>
    /// <exception cref="TimeoutException">It could not be read in that time.</exception>
    public Task WaitLoadedAsync(TimeSpan timeout, CancellationToken cancellation) => _loaded.Task.WaitAsync(timeout, _time, cancellation);

    /// <summary>
    /// Reads again if anything has changed. After it returns, <see cref="Current"/> holds every change committed before the
    /// call. Whoever calls while a reading is under way shares the one after it: of many changes at once, few lead to one.
    /// </summary>
    public Task RefreshAsync(CancellationToken cancellation = default)
    {
        lock (_gate)
            return (_next ??= ReadNextAsync()).WaitAsync(cancellation);
    }

    private async Task ReadNextAsync()
    {
        await Task.Yield();
        await _reading.WaitAsync();
        try
        {
            // From here on a change may be missed, so that whoever comes now needs another reading.
            lock (_gate)
                _next = null;
            await ReadAsync();
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task ReadAsync()
    {
        var versions = (await _backends.VersionAsync(), await _monitors.VersionAsync(), await _groups.VersionAsync());
        if (IsLoaded && versions == _versions)
            return;

        Current = new RegistrySnapshot(
            IsLoaded && versions.Item1 == _versions.Backends ? Current.Backends : [.. (await _backends.ListAsync()).Select(row => row.Value)],
            IsLoaded && versions.Item2 == _versions.Monitors ? Current.Monitors : [.. (await _monitors.ListAsync()).Select(row => row.Value)],
            IsLoaded && versions.Item3 == _versions.Groups ? Current.Groups : [.. (await _groups.ListAsync()).Select(row => row.Value)]);
        _versions = versions;
        Updated?.Invoke(Current);
        _loaded.TrySetResult();
    }

    public override void Dispose()
    {
        base.Dispose();
        _reading.Dispose();
        _changed.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RefreshAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogRefreshFailed(failure);
                await Task.Delay(PollInterval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Until the next poll. Of a group that is being upgraded a change is to be known sooner, so those are looked for meanwhile.</summary>
    private async Task WaitAsync(CancellationToken stopping)
    {
        for (var waited = TimeSpan.Zero; waited < PollInterval;)
        {
            var pause = Current.IsUpgrading ? UpgradePollInterval : PollInterval;
            if (await IsWokenAsync(pause, stopping))
                return;
            waited += pause;
            if (waited < PollInterval && await _groups.VersionAsync(stopping) != _versions.Groups)
                return;
        }
    }

    /// <summary>Whether something was changed in this process before the time was up.</summary>
    private async Task<bool> IsWokenAsync(TimeSpan time, CancellationToken stopping)
    {
        using var poll = new CancellationTokenSource(time, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, stopping);
        try
        {
            await _changed.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Wake()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // A refresh is due already.
        }
        catch (ObjectDisposedException)
        {
            // The process is going down.
        }
    }
}
