using System.Text.Json;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Groups;

/// <summary>
/// Leases of pool slots: one row for each slot in use. The store lets only one add of a row win, so a lease needs no
/// check before it.
/// </summary>
internal sealed class SlotStore(IEntityStore store)
{
    private const string Table = "slots";

    /// <summary>Leases a slot, or finds the one that the instance holds already. Null when all are taken.</summary>
    public async Task<string?> LeaseAsync(string pool, int slots, string instance, CancellationToken cancellation)
    {
        var leases = await ListAsync(pool, cancellation);
        if (leases.FirstOrDefault(lease => lease.Value == instance).Key is { } held)
            return held;
        var body = JsonSerializer.Serialize(instance, ControlPlaneJson.Default.String);
        foreach (var slot in Enumerable.Range(1, slots).Select(number => $"{pool}-{number:D4}").Where(slot => !leases.ContainsKey(slot)))
        {
            if (await store.CommitAsync(Table, pool, [new EntityChange.Add(slot, body)], cancellation) is CommitResult.Committed)
                return slot;
        }

        return null;
    }

    /// <summary>Gives back whatever the instance holds.</summary>
    public async Task ReleaseAsync(string pool, string instance, CancellationToken cancellation)
    {
        await foreach (var entity in store.ReadAllAsync(Table, new EntityQuery(pool), cancellation))
        {
            if (Holder(entity) == instance)
                await store.CommitAsync(Table, pool, [new EntityChange.Delete(entity.Row, entity.ETag)], cancellation);
        }
    }

    /// <summary>All leases: slot to instance.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ListAsync(string pool, CancellationToken cancellation)
    {
        var leases = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var entity in store.ReadAllAsync(Table, new EntityQuery(pool), cancellation))
            leases[entity.Row] = Holder(entity);
        return leases;
    }

    private static string Holder(Entity entity) => JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.String)!;
}
