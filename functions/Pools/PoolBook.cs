using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Pools;

/// <summary>
/// All pools: those that users have made, and one for each provider, of its name, that is always there. Nothing that an
/// instance is in can be taken out.
/// </summary>
internal sealed class PoolBook(Registry<Pool> pools, LeaseStore leases, ProviderSet providers, TimeProvider time) : IBook<Pool>
{
    /// <summary>How many slots are put back at a time: each may have a lease and a health, and the fence is written with them.</summary>
    private const int ReopenedAtOnce = (IEntityStore.MaxChanges - 1) / 2;

    private readonly IReadOnlyList<Pool> _builtIn =
    [
        .. providers.All.Where(provider => provider.Name != Pool.Ssh).Select(provider => Pool.Anonymous(provider.Name, provider.Slots)),
        Pool.Empty(Pool.Ssh, Pool.Ssh),
    ];

    /// <summary>The providers that a pool can have.</summary>
    public IReadOnlyCollection<string> Providers => [.. _builtIn.Select(pool => pool.Provider).Order(StringComparer.Ordinal)];

    public async Task<Row<Pool>?> FindAsync(string name, CancellationToken cancellation)
    {
        var builtIn = _builtIn.FirstOrDefault(pool => pool.Name == name);
        if (builtIn is { IsAnonymous: true })
            return new Row<Pool>(builtIn, "");
        return await pools.FindAsync(name, cancellation) ?? (builtIn is null ? null : new Row<Pool>(builtIn, ""));
    }

    public async Task<Row<Pool>?> FindAsync(int id, CancellationToken cancellation) => await pools.FindAsync(id, cancellation);

    public async Task<IReadOnlyList<Row<Pool>>> ListAsync(CancellationToken cancellation)
    {
        var made = await pools.ListAsync(cancellation);
        var missing = _builtIn.Where(pool => made.All(row => row.Value.Name != pool.Name)).Select(pool => new Row<Pool>(pool, ""));
        return [.. missing, .. made];
    }

    public async Task<Result<Row<Pool>>> AddAsync(Pool pool, CancellationToken cancellation) =>
        RefuseCounted(pool.Name) ?? RefuseOtherProvider(pool) ?? await pools.AddAsync(pool, cancellation: cancellation);

    /// <summary>Changes a pool. The slots that it loses are closed first, so that no lease comes between.</summary>
    public async Task<Result<Row<Pool>>> ChangeAsync(string name, string? etag, Func<Pool, Result<Pool>> change, CancellationToken cancellation)
    {
        if (RefuseCounted(name) is { } refused)
            return refused;
        if (await pools.FindAsync(name, cancellation) is not { } row)
            return RegistryKinds.Pools.NotFound(name);
        if (!Fitting(row.Value).Is(out var after, out var problem))
            return problem;
        // Written only over what was closed for: whoever comes between has changed the ETag.
        var lost = row.Value.LostIn(after).ToList();
        if (lost.Count == 0 || (etag is not null && etag != row.ETag))
            return await pools.ChangeAsync(name, etag, Fitting, cancellation);
        return await WhileClosedAsync(row.Value, lost, () => pools.ChangeAsync(name, row.ETag, Fitting, cancellation), cancellation);

        Result<Pool> Fitting(Pool before) =>
            change(before).Is(out var changed, out var fault) ? RefuseTooManyNames(before, changed) ?? (Result<Pool>)changed : fault;
    }

    public async Task<Result<Row<Pool>>> RemoveAsync(string name, string? etag, CancellationToken cancellation)
    {
        if (RefuseCounted(name) is { } refused)
            return refused;
        if (await pools.FindAsync(name, cancellation) is not { } row)
            return RegistryKinds.Pools.NotFound(name);
        var slots = row.Value.Slots.Select(slot => slot.Name).ToList();
        return await WhileClosedAsync(row.Value, slots, () => pools.RemoveAsync(name, etag ?? row.ETag, cancellation: cancellation), cancellation);
    }

    /// <summary>Forgets what went wrong in a slot, so that it is leased again.</summary>
    public async Task<Result<Pool>> TrustAsync(string name, string slot, CancellationToken cancellation)
    {
        if (await FindAsync(name, cancellation) is not { Value: var pool })
            return RegistryKinds.Pools.NotFound(name);
        if (pool.Find(slot) is null)
            return NoSlot(name, slot);
        await leases.ChangeAsync(before => Task.FromResult(before.Trusted(slot)), cancellation);
        return pool;
    }

    public static Problem NoSlot(string pool, string slot) =>
        new(ProblemCodes.PoolNotFound, $"The pool \"{pool}\" has no slot \"{slot}\". GET /v1/pools/{pool} lists them.");

    private async Task<Result<Row<Pool>>> WhileClosedAsync(
        Pool pool, IReadOnlyList<string> slots, Func<Task<Result<Row<Pool>>>> change, CancellationToken cancellation)
    {
        var isClosed = false;
        await leases.ChangeAsync(
            before =>
            {
                var after = before.Close(pool, slots, time.GetUtcNow());
                isClosed = after is not null;
                return Task.FromResult(after ?? before);
            },
            cancellation);
        if (!isClosed)
            return await LeasedAsync(slots, cancellation);
        var isOut = false;
        try
        {
            var result = await change();
            isOut = result.Problem is null;
            return result;
        }
        finally
        {
            await ReopenAsync(slots, isOut);
        }
    }

    /// <summary>Ends the closing. What went wrong in slots that are out is forgotten with them.</summary>
    private async Task ReopenAsync(IReadOnlyList<string> slots, bool isOut)
    {
        foreach (var some in slots.Chunk(ReopenedAtOnce))
        {
            await leases.ChangeAsync(
                before => Task.FromResult(isOut ? some.Aggregate(before.Reopen(some), (occupancy, slot) => occupancy.Trusted(slot)) : before.Reopen(some)),
                CancellationToken.None);
        }
    }

    private async Task<Problem> LeasedAsync(IReadOnlyList<string> slots, CancellationToken cancellation)
    {
        var now = await leases.ReadAsync(cancellation);
        var held = slots.Select(slot => now.Of(slot, time.GetUtcNow())).FirstOrDefault(lease => lease?.Instance is not null);
        var who = held is null ? "An instance was in one of the slots just now" : $"The instance \"{held.Instance}\" is in the slot \"{held.Slot}\"";
        return new Problem(ProblemCodes.SlotLeased, $"{who}. Lower the group's bounds or remove its monitor, and try again when it has left.");
    }

    private Problem? RefuseCounted(string name) => _builtIn.Any(pool => pool.IsAnonymous && pool.Name == name)
        ? Problem.Invalid("name", $"\"{name}\" is built in, and its slots are only counted. Make a pool of another name with slots of their own.")
        : null;

    /// <summary>What is built in is found by its name, and taken for what it is.</summary>
    private Problem? RefuseOtherProvider(Pool pool) => _builtIn.FirstOrDefault(builtIn => builtIn.Name == pool.Name) is { } known && known.Provider != pool.Provider
        ? Problem.Invalid("provider", $"is \"{pool.Provider}\", but the pool \"{pool.Name}\" is built in, and its provider is \"{known.Provider}\". Give that one, or choose another name.")
        : null;

    /// <summary>Names of slots are rows of their own, and one transaction must hold all that come and go.</summary>
    private static Problem? RefuseTooManyNames(Pool before, Pool after)
    {
        var (gone, come) = (before.Slots.Count(slot => after.Find(slot.Name) is null), after.Slots.Count(slot => before.Find(slot.Name) is null));
        return gone + come > RegistryRows.MaxKeyChanges
            ? Problem.Invalid("slots", $"lose {gone} names and gain {come}, and one change takes {RegistryRows.MaxKeyChanges} of both. Change it in two steps: take out the old ones first, then put in the new ones.")
            : null;
    }
}
