using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Pools;

/// <summary>
/// The rows of all leases, in one partition. Every change writes the row <c>fence</c> too, with the ETag that was read
/// before anything else was: so each change is made to exactly what it has seen, in any number of processes, and a budget
/// needs no counter that a crash could leave wrong. The leases themselves are the account.
/// </summary>
internal sealed class LeaseStore(IEntityStore store) : IDisposable
{
    private const string Table = "slots";
    private const string Partition = "leases";
    private const string Fence = "fence";
    private const string LeasePrefix = "lease:";
    private const string HealthPrefix = "health:";

    /// <summary>Changes of other processes that one change may meet before it gives up. Each such meeting means that one of them got on.</summary>
    private const int MaxTries = 500;

    // Changes of one process go one after another: they would only get in each other's way.
    private readonly SemaphoreSlim _changing = new(1, 1);

    private Seen? _last;

    /// <summary>All leases now. Costs one row read when none has changed since the last time.</summary>
    public async Task<Occupancy> ReadAsync(CancellationToken cancellation) => (await LookAsync(cancellation)).Occupancy;

    /// <summary>
    /// Changes leases. What the change needs to know besides them it must read itself, after it is called: what was read
    /// before the leases may be older than they are.
    /// </summary>
    /// <exception cref="TimeoutException">Too many others were faster, again and again.</exception>
    public async Task<Occupancy> ChangeAsync(Func<Occupancy, Task<Occupancy>> change, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation);
        try
        {
            for (var attempt = 0; attempt < MaxTries; attempt++)
            {
                var before = await LookAsync(cancellation);
                var after = await change(before.Occupancy);
                List<EntityChange> changes =
                [
                    .. Differences(before.Occupancy.Leases, after.Leases, LeasePrefix, ControlPlaneJson.Default.Lease),
                    .. Differences(before.Occupancy.Health, after.Health, HealthPrefix, ControlPlaneJson.Default.SlotHealth),
                ];
                if (changes.Count == 0)
                    return after;
                changes.Add(before.Fence is { } etag ? new EntityChange.Replace(Fence, "0", etag) : new EntityChange.Add(Fence, "0"));
                if (await store.CommitAsync(Table, Partition, changes, cancellation) is CommitResult.Committed committed)
                {
                    _last = new Seen(committed.ETags[^1], after);
                    return after;
                }
            }

            throw new TimeoutException($"The leases were changed by others {MaxTries} times in a row.");
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    private async Task<Seen> LookAsync(CancellationToken cancellation)
    {
        var fence = (await store.GetAsync(Table, Partition, Fence, cancellation))?.ETag;
        if (_last is { } last && last.Fence == fence)
            return last;
        var leases = Occupancy.None.Leases.ToBuilder();
        var health = Occupancy.None.Health.ToBuilder();
        await foreach (var row in store.ReadAllAsync(Table, new EntityQuery(Partition), cancellation))
        {
            if (row.Row.StartsWith(LeasePrefix, StringComparison.Ordinal))
                leases[row.Row[LeasePrefix.Length..]] = JsonSerializer.Deserialize(row.Body, ControlPlaneJson.Default.Lease)!;
            else if (row.Row.StartsWith(HealthPrefix, StringComparison.Ordinal))
                health[row.Row[HealthPrefix.Length..]] = JsonSerializer.Deserialize(row.Body, ControlPlaneJson.Default.SlotHealth)!;
        }

        return _last = new Seen(fence, new Occupancy(leases.ToImmutable(), health.ToImmutable()));
    }

    private static IEnumerable<EntityChange> Differences<T>(
        ImmutableDictionary<string, T> before, ImmutableDictionary<string, T> after, string prefix, JsonTypeInfo<T> json)
        where T : class
    {
        if (ReferenceEquals(before, after))
            return [];
        return
        [
            .. before.Keys.Where(key => !after.ContainsKey(key)).Select(key => new EntityChange.Delete(prefix + key, null)),
            .. after.Where(pair => !Equals(before.GetValueOrDefault(pair.Key), pair.Value))
                .Select(pair => new EntityChange.Upsert(prefix + pair.Key, JsonSerializer.Serialize(pair.Value, json))),
        ];
    }

    /// <summary>What was read, and the mark of the moment; null before the first change ever.</summary>
    private sealed record Seen(string? Fence, Occupancy Occupancy);
}
