using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>Why a database cannot be followed by logical replication; source: PostgreSQL, 31.6 and 31.10.</summary>
/// <remarks>
/// A copy takes a slot, a sender, a process and an origin to follow, and one more of each for a table that is being filled. For the
/// way back it takes one, when those are free again.
/// </remarks>
internal static class ReplicationObstacles
{
    private const string Name = "format('%I.%I', n.nspname, c.relname)";

    /// <summary>Processes of the server that take part in its own work, or are there for clients, and do not count as workers.</summary>
    private const string Workers = """
        SELECT count(*) FROM pg_stat_activity WHERE backend_type NOT IN ('client backend', 'autovacuum launcher', 'autovacuum worker',
            'background writer', 'checkpointer', 'walwriter', 'walsender', 'walreceiver', 'startup', 'archiver', 'logger', 'parallel worker')
        """;

    private static readonly (string Sql, string Means)[] Always =
    [
        ("SELECT setting FROM pg_settings WHERE name = 'wal_level' AND setting <> 'logical'",
            "wal_level is {0}: set it to logical and restart the server"),
        ($"""
            SELECT string_agg({Name}, ', ') FROM {TableChunk.Tables} AND c.relpersistence = 'p'
            AND NOT (c.relreplident = 'f' OR c.relreplident = 'i' AND EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident)
                     OR c.relreplident = 'd' AND EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))
            """,
            "these tables have no primary key: {0}; add one, or set REPLICA IDENTITY"),
        ($"SELECT string_agg({Name}, ', ') FROM {TableChunk.Tables} AND c.relpersistence = 'u'",
            "these tables are unlogged, so their changes are not sent: {0}"),
        ("SELECT count(*) FROM pg_largeobject_metadata HAVING count(*) > 0",
            "there are {0} large objects, whose changes are not sent"),
        TooFew("max_replication_slots", "SELECT greatest((SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_replication_origin_status))",
            "replication slots"),
        TooFew("max_wal_senders", "SELECT count(*) FROM pg_stat_replication", "senders"),
        TooFew("max_logical_replication_workers", "SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL", "replication workers"),
        TooFew("max_worker_processes", Workers, "worker processes"),
    ];

    private static readonly (string Sql, string Means)[] ToBeFilled =
    [
        ("SELECT setting FROM pg_settings WHERE name = 'max_sync_workers_per_subscription' AND setting = '0'",
            "max_sync_workers_per_subscription is {0}, so that no table is ever filled: raise it"),
        ("""
            SELECT current_setting('max_slot_wal_keep_size') || ' and the database has ' || pg_size_pretty(pg_database_size(current_database()))
            FROM pg_settings WHERE name = 'max_slot_wal_keep_size' AND setting <> '-1'
              AND setting::bigint * 1048576 < pg_database_size(current_database())
            """,
            "max_slot_wal_keep_size is {0}: filling the copy writes as much into the log, and the server would drop what the copy still needs; raise it"),
    ];

    /// <summary>All reasons, in words; null when there is none.</summary>
    /// <param name="connection">A session in the database.</param>
    /// <param name="isToBeFilled">Whether the copy has nothing yet.</param>
    public static string? Find(PgConnection connection, bool isToBeFilled)
    {
        var checks = isToBeFilled ? Always.Concat(ToBeFilled) : Always;
        var found = checks.Select(check => (check.Means, connection.Execute(check.Sql).Scalar)).Where(check => check.Scalar is not null)
            .Select(check => check.Means.Replace("{0}", check.Scalar, StringComparison.Ordinal)).ToList();
        return found.Count > 0 ? $"{string.Join("; ", found)}." : null;
    }

    /// <summary>What may go wrong while a copy follows for long; null when nothing is known.</summary>
    public static string? FindRisk(PgConnection connection) =>
        connection.Execute("SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size'").Scalar == "-1"
            ? "max_slot_wal_keep_size is -1: the server keeps its log without bound while a copy is behind, or an approval is waited for; mind its disk"
            : null;

    private static (string Sql, string Means) TooFew(string setting, string used, string what) => (
        $"SELECT setting FROM pg_settings WHERE name = '{setting}' AND setting::int < ({used}) + 2",
        $"fewer than two of the {{0}} {what} are free: raise {setting}");
}
