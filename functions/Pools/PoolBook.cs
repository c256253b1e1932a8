using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Pools;

/// <summary>
/// All pools: those that users have made, and one for each provider, of its name, that is always there. Nothing that an
/// instance is in can be taken out.
/// </summary>
internal sealed class PoolBook(Registry<Pool> pools, LeaseStore leases, ProviderSet providers, TimeProvider time) : IBook<Pool>
{
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
        RefuseCounted(pool.Name) ?? await pools.AddAsync(pool, cancellation: cancellation);

    /// <summary>Changes a pool. The slots that it loses are closed first, so that no lease comes between.</summary>
    public async Task<Result<Row<Pool>>> ChangeAsync(string name, string? etag, Func<Pool, Result<Pool>> change, CancellationToken cancellation)
    {
        if (RefuseCounted(name) is { } refused)
            return refused;
        if (await pools.FindAsync(name, cancellation) is not { } row)
            return RegistryKinds.Pools.NotFound(name);
        if (!change(row.Value).Is(out var after, out var problem))
            return problem;
        // Written only over what was closed for: whoever comes between has changed the ETag.
        var lost = row.Value.LostIn(after).ToList();
        if (lost.Count == 0)
            return await pools.ChangeAsync(name, etag, change, cancellation);
        if (etag is not null && etag != row.ETag)
            return await pools.ChangeAsync(name, etag, change, cancellation);
        return await WhileClosedAsync(row.Value, lost, () => pools.ChangeAsync(name, row.ETag, change, cancellation), cancellation);
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
            await leases.ChangeAsync(
                before => Task.FromResult(isOut ? slots.Aggregate(before.Reopen(slots), (occupancy, slot) => occupancy.Trusted(slot)) : before.Reopen(slots)),
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
}
