using System.Runtime.CompilerServices;

namespace ControlPlane.Core.Storage;

/// <summary>Reading beyond one page.</summary>
public static class EntityStoreReading
{
    /// <summary>Reads all rows of a query, page after page.</summary>
    public static async IAsyncEnumerable<Entity> ReadAllAsync(
        this IEntityStore store, string table, EntityQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        do
        {
            var page = await store.QueryAsync(table, query, cancellation);
            foreach (var row in page.Rows)
                yield return row;
            query = query with { Continuation = page.Continuation };
        }
        while (query.Continuation is not null);
    }
}
