using System.Globalization;
using ControlPlane.Core.Storage;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Sqlite;

/// <summary>Rows with ETags in the state file. Keys are ordered by code point.</summary>
/// <param name="file">The state file.</param>
/// <param name="time">The clock that dates the rows.</param>
public sealed class SqliteEntityStore(SqliteFile file, TimeProvider time) : IEntityStore
{
    private const string Columns = "partition, row, body, version, updated";

    /// <inheritdoc/>
    public Task<Entity?> GetAsync(string table, string partition, string row, CancellationToken cancellation = default) =>
        file.ReadAsync(
            session => session.First(
                $"SELECT {Columns} FROM entities WHERE table_name = $1 AND partition = $2 AND row = $3",
                Read,
                table,
                partition,
                row),
            cancellation);

    /// <inheritdoc/>
    public Task<EntityPage> QueryAsync(string table, EntityQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Top, EntityQuery.MaxPageSize);
        var after = SqliteContinuation.Read(query.Continuation, parts: 2);
        return file.ReadAsync(
            session =>
            {
                var rows = query.Partition is null
                    ? AllPartitions(session, table, query, after)
                    : OnePartition(session, table, query, after);
                return Page(rows, query.Top);
            },
            cancellation);
    }

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(
        string table, string partition, IReadOnlyList<EntityChange> changes, CancellationToken cancellation = default)
    {
        EntityTransaction.ThrowIfNone(partition, changes);
        var updated = time.GetUtcNow().UtcTicks;
        return file.WriteAsync(session => SqliteEntityCommit.Run(session, table, partition, changes, updated), cancellation);
    }

    // The first page begins at a key, every other one after a key.
    private static List<Entity> OnePartition(SqliteSession session, string table, EntityQuery query, string[]? after) => session.Query(
        $"""
        SELECT {Columns} FROM entities
        WHERE table_name = $1 AND partition = $2 AND row {(after is null ? ">=" : ">")} $3 {(query.Before is null ? "" : "AND row < $4")}
        ORDER BY row LIMIT $5
        """,
        Read,
        table,
        query.Partition,
        after?[1] ?? query.From ?? "",
        query.Before,
        query.Top + 1);

    private static List<Entity> AllPartitions(SqliteSession session, string table, EntityQuery query, string[]? after) => session.Query(
        $"""
        SELECT {Columns} FROM entities
        WHERE table_name = $1 AND (partition, row) {(after is null ? ">=" : ">")} ($2, $3)
            AND row >= $4 {(query.Before is null ? "" : "AND row < $5")}
        ORDER BY partition, row LIMIT $6
        """,
        Read,
        table,
        after?[0] ?? "",
        after?[1] ?? "",
        query.From ?? "",
        query.Before,
        query.Top + 1);

    private static EntityPage Page(List<Entity> rows, int top)
    {
        if (rows.Count <= top)
            return new(rows, null);
        rows.RemoveAt(top);
        return new(rows, SqliteContinuation.Write(rows[^1].Partition, rows[^1].Row));
    }

    private static Entity Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3).ToString(CultureInfo.InvariantCulture), row.GetTime(4));
}
