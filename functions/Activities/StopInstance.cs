using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Activities;

/// <summary>The steps that take an instance out. Each finds what an earlier call of it has done.</summary>
internal sealed class StopInstance(InstancePlaces places, Registry<Backend> backends, RegistryFeed feed, DrainCaller drain, TimeProvider time)
{
    /// <summary>Stops sending it work. What runs goes on.</summary>
    public async Task<InstanceOutcome> BeginDrainAsync(InstanceInput input, CancellationToken cancellation)
    {
        var instance = await places.FindAsync(input, cancellation);
        if (instance is not { Phase: InstancePhase.Retiring })
            return InstanceOutcome.Settled;
        await SetStateAsync(input.Name, BackendState.Draining, instance.LeaveReason, cancellation);
        return InstanceOutcome.Pending;
    }

    public async Task<DrainProgress> CheckDrainAsync(InstanceInput input, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var instance = await places.FindAsync(input, cancellation);
        var backend = (await backends.FindAsync(input.Name, cancellation))?.Value;
        if (instance?.Handle is not { } handle || backend is null || !await places.ProviderOf(instance).IsAliveAsync(handle, cancellation))
            return new DrainProgress(0, now);
        var deadline = backend.StateSince + instance.DrainDeadline;
        return new DrainProgress(await drain.CountJobsAsync(backend, cancellation), instance.RecallBy < deadline ? instance.RecallBy.Value : deadline);
    }

    /// <summary>Sends it work again, if its engine can come back from a drain and its slot is not to be given back.</summary>
    public async Task<InstanceOutcome> CancelDrainAsync(InstanceInput input, CancellationToken cancellation)
    {
        if (await places.FindAsync(input, cancellation) is { RecallBy: not null } or { IsCallBackRefused: true })
            return InstanceOutcome.Pending;

        if ((await backends.FindAsync(input.Name, cancellation))?.Value is { } backend && !await drain.TryCancelAsync(backend, cancellation))
        {
            // The group does not count on it any more, and orders a new one.
            await places.ChangeAsync(input, row => row with { IsCallBackRefused = true }, cancellation);
            return InstanceOutcome.Pending;
        }

        var instance = await places.ChangeAsync(
            input,
            row => row.RecallBy is null ? row with { Phase = InstancePhase.Running, LeaveReason = null, ReadyAt = time.GetUtcNow() } : row,
            cancellation);
        if (instance is { RecallBy: not null })
            return InstanceOutcome.Pending;
        await SetStateAsync(input.Name, BackendState.Ready, null, cancellation);
        return InstanceOutcome.CalledBack;
    }

    /// <summary>Undoes everything in the reverse order of its making. Does nothing when there is nothing left.</summary>
    public async Task<InstanceOutcome> DismantleAsync(InstanceInput input, CancellationToken cancellation)
    {
        if (await places.FindAsync(input, cancellation) is not { } instance)
            return InstanceOutcome.Gone;
        if ((await backends.FindAsync(input.Name, cancellation))?.Value.Monitor == instance.Monitor)
            await backends.RemoveAsync(input.Name, cancellation: cancellation);
        await feed.RefreshAsync(cancellation);

        await places.ProviderOf(instance).DestroyAsync(instance.Name, places.StopGraceOf(instance), cancellation);
        await places.ForgetAsync(instance, input.Failure, time.GetUtcNow(), cancellation);
        return InstanceOutcome.Gone;
    }

    private async Task SetStateAsync(string name, BackendState state, string? reason, CancellationToken cancellation)
    {
        await backends.ChangeAsync(
            name,
            null,
            backend => backend.State == state ? backend : backend with { State = state, StateReason = reason, StateSince = time.GetUtcNow() },
            cancellation);
        await feed.RefreshAsync(cancellation);
    }
}
