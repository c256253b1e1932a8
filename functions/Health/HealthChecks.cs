using System.Collections.Concurrent;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Health;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Health;

/// <summary>
/// Active health: one loop for each backend checks it as its profile says and writes its state when that changes.
/// A check decides about work only; it never sends any.
/// </summary>
internal sealed class HealthChecks(DestinationSet destinations, Probe probe, Suspicions suspicions, StateChanges states, TimeProvider time)
    : BackgroundService
{
    private readonly ConcurrentDictionary<Destination, SemaphoreSlim> _wakes = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        suspicions.Raised += Wake;
        await destinations.ForEachAsync(WatchAsync, stoppingToken);
    }

    private void Wake(Destination destination)
    {
        if (!_wakes.TryGetValue(destination, out var wake))
            return;
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Checks one backend until it is gone.</summary>
    private async Task WatchAsync(Destination destination, CancellationToken gone)
    {
        var wake = _wakes.GetOrAdd(destination, _ => new SemaphoreSlim(0, 1));
        try
        {
            await WatchAsync(destination, wake, gone);
        }
        finally
        {
            _wakes.TryRemove(destination, out _);
        }
    }

    private async Task WatchAsync(Destination destination, SemaphoreSlim wake, CancellationToken gone)
    {
        var record = default(HealthRecord);
        await WaitAsync(wake, Spread.Before(destination, destination.Profile.Health.Interval), gone);
        while (!gone.IsCancellationRequested)
        {
            var check = destination.Profile.Health;
            var fault = await probe.CheckAsync(destination.Url, check, gone);
            record = record.After(fault is null);
            var suspicion = destination.Suspicion;
            if (suspicion is not null)
            {
                // A failed connection of a real request weighs as much as all the checks that would have to fail.
                record = new HealthRecord(0, check.Fall);
                fault = suspicion;
            }

            // A suspicion that could not be acted on is kept for the next look.
            if (await states.TryApplyAsync(destination, record, fault, gone) && suspicion is not null)
                destination.Settle(suspicion);
            await WaitAsync(wake, destination.Backend.State == BackendState.Joining ? Sooner(check.Interval) : check.Interval, gone);
        }
    }

    private static TimeSpan Sooner(TimeSpan interval) => interval < TimeSpan.FromMilliseconds(200) ? interval : TimeSpan.FromMilliseconds(200);

    private async Task WaitAsync(SemaphoreSlim wake, TimeSpan interval, CancellationToken gone)
    {
        using var pause = new CancellationTokenSource(interval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, gone);
        try
        {
            await wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            // The interval has passed.
        }
    }
}
