using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Profiles;

namespace ControlPlane.Functions.Activities;

/// <summary>An instance's row, its slot, its provider and its profile: what the steps of its life all need.</summary>
internal sealed class InstancePlaces(GroupStore groups, Lending lending, ProviderSet providers, ProfileSet profiles, GroupWake wake)
{
    public IInstanceProvider ProviderOf(Instance instance) =>
        providers.Find(instance.Provider) ?? throw new NonRetriableException($"there is no provider {instance.Provider}");

    public EngineProfile ProfileOf(Instance instance) =>
        profiles.Find(instance.Profile) ?? throw new NonRetriableException($"there is no profile {instance.Profile}");

    /// <summary>How long it may take until it serves: one that changes the schema has the time of the migration.</summary>
    public TimeSpan BootDeadlineOf(Instance instance) => instance.IsMigrator
        ? ProfileOf(instance).Migration.Deadline
        : ProviderOf(instance).LimitsOf(ProfileOf(instance)).BootDeadline;

    /// <summary>Works without the profile's file too: what was started must be stoppable.</summary>
    public TimeSpan StopGraceOf(Instance instance) =>
        (profiles.Find(instance.Profile) is { } profile ? ProviderOf(instance).LimitsOf(profile) : new StartLimits()).StopGrace;

    public async Task<Instance?> FindAsync(InstanceInput input, CancellationToken cancellation) =>
        (await groups.FindInstanceAsync(input.Tag, input.Name, cancellation))?.Value;

    public Task<Instance?> ChangeAsync(InstanceInput input, Func<Instance, Instance> change, CancellationToken cancellation) =>
        groups.ChangeInstanceAsync(input.Tag, input.Name, change, cancellation);

    public async Task<string> LeaseAsync(Instance instance, CancellationToken cancellation)
    {
        var outcome = await lending.LeaseAsync(instance, cancellation);
        return outcome.Slot ?? throw new NonRetriableException(outcome.Refusal);
    }

    public async Task MarkRunningAsync(InstanceInput input, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await ChangeAsync(input, row => row with { Phase = InstancePhase.Running, ReadyAt = row.ReadyAt ?? now }, cancellation) is { } instance)
            await lending.NoteStartAsync(instance, cancellation);
        await groups.ChangeStateAsync(input.Tag, state => state.AfterStart(), cancellation);
    }

    /// <summary>Gives the slot back and removes the row, in that order: as long as anything is left, the row says so. Whoever has asked for the slot is told.</summary>
    public async Task ForgetAsync(Instance instance, string? failure, DateTimeOffset now, CancellationToken cancellation)
    {
        var owner = await lending.ReleaseAsync(instance, failure, cancellation);
        await groups.RemoveInstanceAsync(
            instance.Tag, instance.Name, state => failure is null ? state : state.AfterFailure(failure, now), cancellation);
        if (owner is not null)
            await wake.RunAsync(owner, cancellation);
    }
}
