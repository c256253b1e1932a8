using System.Globalization;
using ControlPlane.Core.Storage;

namespace ControlPlane.Functions.Tests.Pools;

/// <summary>Rows in memory, with a pause before each answer in which others can come between.</summary>
internal sealed class MemoryStore : IEntityStore
{
    private readonly SortedDictionary<string, Entity> _rows = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _writes;

    /// <summary>Commits that were refused since another one had come between.</summary>
    public int Refused { get; private set; }

    public async Task<Entity?> GetAsync(string table, string partition, string row, CancellationToken cancellation = default)
    {
        await Task.Yield();
        lock (_gate)
            return _rows.GetValueOrDefault(Key(table, partition, row));
    }

    public async Task<EntityPage> QueryAsync(string table, EntityQuery query, CancellationToken cancellation = default)
    {
        await Task.Yield();
        lock (_gate)
        {
            return new EntityPage(
                [.. _rows.Where(pair => pair.Key.StartsWith(Key(table, query.Partition!, ""), StringComparison.Ordinal))
                    .Select(pair => pair.Value)
                    .Where(row => string.CompareOrdinal(row.Row, query.From ?? "") >= 0 && (query.Before is null || string.CompareOrdinal(row.Row, query.Before) < 0))],
                null);
        }
    }

    public async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<EntityChange> changes, CancellationToken cancellation = default)
    {
        EntityTransaction.ThrowIfNone(partition, changes);
        await Task.Yield();
        lock (_gate)
        {
            for (var i = 0; i < changes.Count; i++)
            {
                if (RefusalOf(changes[i], _rows.GetValueOrDefault(Key(table, partition, changes[i].Row))) is not { } refusal)
                    continue;
                Refused++;
                return new CommitResult.Refused(i, refusal);
            }

            return new CommitResult.Committed([.. changes.Select(change => Write(table, partition, change))]);
        }
    }

    private static Refusal? RefusalOf(EntityChange change, Entity? row) => change switch
    {
        EntityChange.Add => row is null ? null : Refusal.Exists,
        EntityChange.Replace replace => row is null ? Refusal.Missing : replace.ETag is { } etag && etag != row.ETag ? Refusal.Changed : null,
        EntityChange.Delete delete => row is null ? Refusal.Missing : delete.ETag is { } etag && etag != row.ETag ? Refusal.Changed : null,
        _ => null,
    };

    private string? Write(string table, string partition, EntityChange change)
    {
        var key = Key(table, partition, change.Row);
        var body = change switch
        {
            EntityChange.Add add => add.Body,
            EntityChange.Replace replace => replace.Body,
            EntityChange.Upsert upsert => upsert.Body,
            _ => null,
        };
        if (body is null)
        {
            _rows.Remove(key);
            return null;
        }

        var etag = (++_writes).ToString(CultureInfo.InvariantCulture);
        _rows[key] = new Entity(partition, change.Row, body, etag, default);
        return etag;
    }

    private static string Key(string table, string partition, string row) => $"{table}\n{partition}\n{row}";
}
