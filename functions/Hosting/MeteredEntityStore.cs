using System.Diagnostics.Metrics;
using ControlPlane.Core.Storage;

namespace ControlPlane.Functions.Hosting;

/// <summary>Counts what is asked of the entity store, for the meter "ControlPlane.Entities": under Azure Functions each of these is paid for.</summary>
internal sealed class MeteredEntityStore(IEntityStore inner) : IEntityStore
{
    private static readonly Meter Meter = new("ControlPlane.Entities");

    private static readonly Counter<long> Operations = Meter.CreateCounter<long>(
        "controlplane.entities.operations", "{operation}", "Operations of the entity store, by kind and table.");

    public Task<Entity?> GetAsync(string table, string partition, string row, CancellationToken cancellation)
    {
        Count("get", table);
        return inner.GetAsync(table, partition, row, cancellation);
    }

    public Task<EntityPage> QueryAsync(string table, EntityQuery query, CancellationToken cancellation)
    {
        Count("query", table);
        return inner.QueryAsync(table, query, cancellation);
    }

    public Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<EntityChange> changes, CancellationToken cancellation)
    {
        Count("commit", table);
        return inner.CommitAsync(table, partition, changes, cancellation);
    }

    private static void Count(string kind, string table) =>
        Operations.Add(1, new KeyValuePair<string, object?>("operation", kind), new("table", table));
}
