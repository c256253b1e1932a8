using System.Collections.Concurrent;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Protocol;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>The orchestrations that watch groups, one for each monitor.</summary>
internal sealed partial class Watches(IOrchestrationClient orchestrations, ILogger<Watches> log)
{
    private const string Prefix = "watch:";

    private static readonly OrchestrationStatus[] Unfinished = [OrchestrationStatus.Running, OrchestrationStatus.Pending, OrchestrationStatus.Suspended];

    private readonly ILogger<Watches> _log = log;
    private readonly ConcurrentDictionary<string, Monitor> _owed = new(StringComparer.Ordinal);

    /// <summary>
    /// Makes the group's watch look now, after something that it must see was stored. When it cannot be reached, it is
    /// woken later: see <see cref="WakeOwedAsync"/>.
    /// </summary>
    public async Task WakeAsync(Monitor monitor, CancellationToken cancellation)
    {
        try
        {
            if (await StartAsync(monitor, cancellation) == StartOutcome.AlreadyRunning)
                await orchestrations.RaiseEventAsync(Names.WatchId(monitor.Name), Names.WakeEvent, true, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            _owed[monitor.Name] = monitor;
            LogNotWoken(monitor.Name, failure.Message);
        }
    }

    /// <summary>Wakes those that could not be reached when they had to be. One that does not run is left to the next tick.</summary>
    public async Task WakeOwedAsync(CancellationToken cancellation)
    {
        foreach (var (name, monitor) in _owed)
        {
            _owed.TryRemove(name, out _);
            await RouseAsync(monitor, cancellation);
        }
    }

    /// <summary>Makes a watch that sleeps look now. One that does not run is left to the next tick.</summary>
    public async Task RouseAsync(Monitor monitor, CancellationToken cancellation)
    {
        try
        {
            await orchestrations.RaiseEventAsync(Names.WatchId(monitor.Name), Names.WakeEvent, true, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            _owed[monitor.Name] = monitor;
            LogNotWoken(monitor.Name, failure.Message);
        }
    }

    /// <summary>Starts every watch that does not run, whether it was never started or has failed. How many those were.</summary>
    public async Task<int> EnsureAsync(IEnumerable<Monitor> monitors, CancellationToken cancellation)
    {
        var running = await ListUnfinishedAsync(cancellation);
        var started = 0;
        foreach (var monitor in monitors.Where(monitor => !running.Contains(Names.WatchId(monitor.Name))))
        {
            if (await StartAsync(monitor, cancellation) != StartOutcome.AlreadyRunning)
                started++;
        }

        return started;
    }

    private Task<StartOutcome> StartAsync(Monitor monitor, CancellationToken cancellation) => orchestrations.StartAsync(
        Names.WatchGroup, new WatchInput(monitor.Name, monitor.Tag), Names.WatchId(monitor.Name), cancellation);

    /// <summary>Where they cannot be listed, none is known to run: to start one that does changes nothing.</summary>
    private async Task<IReadOnlySet<string>> ListUnfinishedAsync(CancellationToken cancellation)
    {
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            var query = new OrchestrationQuery { Prefix = Prefix, Statuses = Unfinished, Top = OrchestrationQuery.MaxPageSize };
            do
            {
                var page = await orchestrations.QueryAsync(query, cancellation);
                ids.UnionWith(page.Instances.Select(instance => instance.InstanceId));
                query = query with { Continuation = page.Continuation };
            }
            while (query.Continuation is not null);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogNotListed(failure.Message);
        }

        return ids;
    }

    [LoggerMessage(1411, LogLevel.Warning, "The watch of {Monitor} was not woken, so its change is seen later: {Reason}")]
    private partial void LogNotWoken(string monitor, string reason);

    [LoggerMessage(1412, LogLevel.Debug, "The watches could not be listed, so each is started: {Reason}")]
    private partial void LogNotListed(string reason);
}
