using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Pools;

/// <summary>Gives slots to instances and takes them back, within the budgets. Every call may come twice.</summary>
internal sealed class Lending(LeaseStore leases, PoolBook pools, Registry<Budget> budgets, TimeProvider time)
{
    /// <summary>Leases a slot, or finds the one that the instance holds already.</summary>
    public async Task<LeaseOutcome> LeaseAsync(Instance instance, CancellationToken cancellation)
    {
        string? refusal = null;
        var after = await leases.ChangeAsync(
            async before =>
            {
                if (before.Held(instance.Name) is not null)
                    return before;
                (var leased, refusal) = await TakeAsync(instance, before, cancellation);
                return leased is null ? before : before.With(leased);
            },
            cancellation);
        return new LeaseOutcome(after.Held(instance.Name)?.Slot, refusal ?? "");
    }

    /// <summary>How many more instances a group has room for, up to a number.</summary>
    /// <param name="monitor">The group's monitor.</param>
    /// <param name="instances">Its instances: those that have just been ordered will lease a slot yet.</param>
    /// <param name="most">Where counting ends.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Room> RoomAsync(Monitor monitor, IReadOnlyList<Instance> instances, int most, CancellationToken cancellation)
    {
        var occupancy = await leases.ReadAsync(cancellation);
        if (!(await FindPoolAsync(monitor.Pool, monitor.Provider, cancellation)).Is(out var pool, out var problem))
            return new Room(0, Room.Slots, problem.Detail);
        var holders = occupancy.Leases.Values.Select(lease => lease.Instance).ToHashSet(StringComparer.Ordinal);
        var ordered = instances.Count(instance => instance.Phase == InstancePhase.Starting && !holders.Contains(instance.Name));
        return (await AllotAsync(pool, monitor.Tag, occupancy, cancellation)).Room(ordered, most);
    }

    /// <summary>Asks for so many of a group's own slots that others borrow; gives all leases that are asked back by now.</summary>
    public async Task<IReadOnlyList<Lease>> RecallAsync(Monitor monitor, int lacking, CancellationToken cancellation)
    {
        if (!(await FindPoolAsync(monitor.Pool, monitor.Provider, cancellation)).Is(out var pool, out _))
            return [];
        var after = await leases.ChangeAsync(
            async before => (await AllotAsync(pool, monitor.Tag, before, cancellation)).Recall(lacking).Aggregate(before, (occupancy, lease) => occupancy.With(lease)),
            cancellation);
        return [.. after.Leases.Values.Where(lease => lease is { Instance: not null, RecallBy: not null } && lease.LentBy == monitor.Tag)];
    }

    /// <summary>Takes back what an instance has leased, and remembers why it failed if it did. Gives the group that the slot was asked back for; null when there is none.</summary>
    public async Task<string?> ReleaseAsync(Instance instance, string? failure, CancellationToken cancellation)
    {
        var (now, waiting) = (time.GetUtcNow(), (string?)null);
        var isAnonymous = await IsAnonymousAsync(instance, cancellation);
        await leases.ChangeAsync(
            before =>
            {
                waiting = before.Held(instance.Name) is { RecallBy: not null } lease ? lease.LentBy : null;
                var noted = failure is null || isAnonymous ? before : before.Failed(instance.Name, instance.Profile, failure, now);
                return Task.FromResult(noted.Without(instance.Name, now));
            },
            cancellation);
        return waiting;
    }

    /// <summary>Takes back what an instance has leased that no row knows.</summary>
    public Task ReleaseAsync(string instance, CancellationToken cancellation) =>
        leases.ChangeAsync(before => Task.FromResult(before.Without(instance, time.GetUtcNow())), cancellation);

    /// <summary>Remembers that an instance has started well.</summary>
    public async Task NoteStartAsync(Instance instance, CancellationToken cancellation)
    {
        if (!await IsAnonymousAsync(instance, cancellation))
            await leases.ChangeAsync(before => Task.FromResult(before.Started(instance.Name, instance.Profile)), cancellation);
    }

    /// <summary>What instances have leased now.</summary>
    public async Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellation) =>
        [.. (await leases.ReadAsync(cancellation)).Leases.Values.Where(lease => lease.Instance is not null)];

    private async Task<(Lease? Lease, string Refusal)> TakeAsync(Instance instance, Occupancy before, CancellationToken cancellation)
    {
        if (!(await FindPoolAsync(instance.Pool, instance.Provider, cancellation)).Is(out var pool, out var problem))
            return (null, problem.Detail);
        var (slot, refusal) = (await AllotAsync(pool, instance.Tag, before, cancellation)).Next();
        if (slot is null)
            return (null, refusal);
        return (new Lease
        {
            Slot = slot.Name,
            Pool = pool.Name,
            Provider = pool.Provider,
            Instance = instance.Name,
            Tag = instance.Tag,
            Since = time.GetUtcNow(),
            Cores = slot.Cores,
            CostPerHour = slot.CostPerHour,
            LentBy = slot.Owner == instance.Tag ? null : slot.Owner,
            RecallDeadline = slot.RecallDeadline,
        }, "");
    }

    private async Task<Allotment> AllotAsync(Pool pool, string tag, Occupancy occupancy, CancellationToken cancellation) =>
        new(pool, tag, occupancy, [.. (await budgets.ListAsync(cancellation)).Select(row => row.Value)], time.GetUtcNow());

    /// <summary>The pool, unless it has gone or makes instances in another way by now.</summary>
    private async Task<Result<Pool>> FindPoolAsync(string? name, string provider, CancellationToken cancellation)
    {
        name ??= provider;
        if (await pools.FindAsync(name, cancellation) is not { Value: var pool })
            return RegistryKinds.Pools.NotFound(name);
        return pool.Provider == provider
            ? pool
            : Problem.Invalid("allocateType", $"the pool \"{name}\" makes instances by {pool.Provider} now, and the monitor was written for {provider}. Write the monitor again.");
    }

    private async Task<bool> IsAnonymousAsync(Instance instance, CancellationToken cancellation) =>
        await pools.FindAsync(instance.Pool ?? instance.Provider, cancellation) is { Value.IsAnonymous: true };
}

/// <summary>What came of asking for a slot.</summary>
/// <param name="Slot">The slot; null when there was none.</param>
/// <param name="Refusal">Why there was none.</param>
internal sealed record LeaseOutcome(string? Slot, string Refusal);
