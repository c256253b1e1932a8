using System.Globalization;
using ControlPlane.Core.Storage;

namespace ControlPlane.Infra.Sqlite;

/// <summary>One transaction of rows: all preconditions are looked at before the first change is made.</summary>
internal static class SqliteEntityCommit
{
    public static CommitResult Run(
        SqliteSession session, string table, string partition, IReadOnlyList<EntityChange> changes, long updated)
    {
        for (var index = 0; index < changes.Count; index++)
        {
            if (Refuse(changes[index], Version(session, table, partition, changes[index].Row)) is { } reason)
                return new CommitResult.Refused(index, reason);
        }

        var version = session.Number("SELECT last FROM entity_version")!.Value;
        session.Execute("UPDATE entity_version SET last = last + $1", changes.Count);
        return new CommitResult.Committed(
            [.. changes.Select(change => Apply(session, table, partition, change, ++version, updated))]);
    }

    private static long? Version(SqliteSession session, string table, string partition, string row) => session.Number(
        "SELECT version FROM entities WHERE table_name = $1 AND partition = $2 AND row = $3", table, partition, row);

    private static Refusal? Refuse(EntityChange change, long? version) => change switch
    {
        EntityChange.Add => version is null ? null : Refusal.Exists,
        EntityChange.Replace replace => Refuse(replace.ETag, version),
        EntityChange.Delete delete => Refuse(delete.ETag, version),
        _ => null,
    };

    private static Refusal? Refuse(string? etag, long? version) => version switch
    {
        null => Refusal.Missing,
        _ when etag is not null && etag != Text(version.Value) => Refusal.Changed,
        _ => null,
    };

    private static string? Apply(
        SqliteSession session, string table, string partition, EntityChange change, long version, long updated)
    {
        if (change is EntityChange.Delete)
        {
            session.Execute("DELETE FROM entities WHERE table_name = $1 AND partition = $2 AND row = $3", table, partition, change.Row);
            return null;
        }

        session.Execute(
            """
            INSERT INTO entities (table_name, partition, row, body, version, updated) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO UPDATE SET body = excluded.body, version = excluded.version, updated = excluded.updated
            """,
            table,
            partition,
            change.Row,
            Body(change),
            version,
            updated);
        return Text(version);
    }

    private static string Body(EntityChange change) => change switch
    {
        EntityChange.Add add => add.Body,
        EntityChange.Replace replace => replace.Body,
        EntityChange.Upsert upsert => upsert.Body,
        _ => throw new ArgumentException($"A change of kind {change.GetType().Name} has no body.", nameof(change)),
    };

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
