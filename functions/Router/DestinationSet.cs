using System.Collections.Concurrent;
using ControlPlane.Core.Backends;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Router;

/// <summary>
/// One destination for each backend, kept through every change of the registry. Each new snapshot becomes a routing table;
/// each destination that comes gets its watchers, and each that goes ends them.
/// </summary>
internal sealed partial class DestinationSet : IDisposable
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly ProfileSet _profiles;
    private readonly Dispatcher _dispatcher;
    private readonly TimeProvider _time;
    private readonly ILogger<DestinationSet> _log;
    private readonly ConcurrentDictionary<(string Name, string Url), (Destination Destination, CancellationTokenSource Gone)> _destinations = new();
    private readonly Dictionary<(string Name, string Url), JobCount> _leaving = [];
    private readonly List<Action<Destination, CancellationToken>> _watchers = [];
    private readonly Lock _gate = new();

    public DestinationSet(RegistryFeed feed, ProfileSet profiles, Dispatcher dispatcher, TimeProvider time, ILogger<DestinationSet> log)
    {
        (_profiles, _dispatcher, _time, _log) = (profiles, dispatcher, time, log);
        feed.Updated += Use;
        Use(feed.Current);
    }

    /// <summary>Runs a watcher for every destination there is and will be, each until its destination goes, all until stopping.</summary>
    public async Task ForEachAsync(Func<Destination, CancellationToken, Task> watch, CancellationToken stopping)
    {
        lock (_gate)
        {
            void Start(Destination destination, CancellationToken gone) => _ = RunAsync(watch, destination, gone, stopping);
            _watchers.Add(Start);
            foreach (var (destination, gone) in _destinations.Values)
                Start(destination, gone.Token);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        foreach (var (destination, gone) in _destinations.Values)
        {
            gone.Cancel();
            gone.Dispose();
            destination.Dispose();
        }
    }

    private void Use(RegistrySnapshot snapshot)
    {
        lock (_gate)
        {
            var kept = snapshot.Backends.Select(Keep).ToList();
            _dispatcher.Use(new RoutingTable(kept, snapshot.Monitors.Where(monitor => !monitor.IsRemoving).Select(monitor => monitor.Tag), snapshot.Groups));

            var names = kept.Select(destination => (destination.Name, destination.Url)).ToHashSet();
            foreach (var key in _destinations.Keys.Where(key => !names.Contains(key)))
            {
                if (_destinations.TryRemove(key, out var gone))
                {
                    // Its connections close as their requests end; only the watchers stop now.
                    gone.Destination.Leave();
                    gone.Gone.Cancel();
                    gone.Destination.Dispose();
                    _leaving[key] = gone.Destination.Jobs;
                }
            }

            foreach (var (key, _) in _leaving.Where(pair => pair.Value.Now == 0).ToList())
                _leaving.Remove(key);
        }
    }

    private Destination Keep(Backend backend)
    {
        var profile = _profiles.FindOrGeneric(backend.Profile);
        if (_destinations.TryGetValue((backend.Name, backend.Url), out var known))
        {
            known.Destination.Refresh(backend, profile);
            return known.Destination;
        }

        var jobs = _leaving.Remove((backend.Name, backend.Url), out var left) ? left : new JobCount(_time);
        var destination = new Destination(backend, profile, _time, jobs);
        var gone = new CancellationTokenSource();
        _destinations[(backend.Name, backend.Url)] = (destination, gone);
        foreach (var start in _watchers)
            start(destination, gone.Token);
        return destination;
    }

    private async Task RunAsync(
        Func<Destination, CancellationToken, Task> watch, Destination destination, CancellationToken gone, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
        await Task.Yield();
        while (!either.IsCancellationRequested)
        {
            try
            {
                await watch(destination, either.Token);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogWatcherFailed(destination.Name, failure);
                await Task.Delay(RestartPause, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
