using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>Why a database cannot be followed by logical replication; source: PostgreSQL, 31.6 and 31.10.</summary>
internal static class ReplicationObstacles
{
    private static readonly (string Sql, string Means)[] Checks =
    [
        ("SELECT setting FROM pg_settings WHERE name = 'wal_level' AND setting <> 'logical'", "wal_level is {0}: set it to logical and restart the server"),
        ($"""
            SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ') FROM {TableChunk.Tables} AND c.relpersistence = 'p'
            AND NOT (c.relreplident = 'f' OR c.relreplident = 'i' AND EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident)
                     OR c.relreplident = 'd' AND EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))
            """,
            "these tables have no primary key: {0}; add one, or set REPLICA IDENTITY"),
        ($"SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ') FROM {TableChunk.Tables} AND c.relpersistence = 'u'", "these tables are unlogged, so their changes are not sent: {0}"),
        ("SELECT count(*) FROM pg_largeobject_metadata HAVING count(*) > 0", "there are {0} large objects, whose changes are not sent"),
        ("SELECT setting FROM pg_settings WHERE name = 'max_replication_slots' AND setting::int < (SELECT count(*) + 2 FROM pg_replication_slots)", "fewer than two of the {0} replication slots are free: raise max_replication_slots"),
        ("SELECT setting FROM pg_settings WHERE name = 'max_wal_senders' AND setting::int < (SELECT count(*) + 2 FROM pg_stat_replication)", "fewer than two of the {0} senders are free: raise max_wal_senders"),
        ("SELECT setting FROM pg_settings WHERE name = 'max_logical_replication_workers' AND setting::int < (SELECT count(*) + 2 FROM pg_stat_subscription WHERE pid IS NOT NULL)", "fewer than two of the {0} replication workers are free: raise max_logical_replication_workers"),
    ];

    /// <summary>All reasons, in words; null when there is none.</summary>
    public static string? Find(PgConnection connection)
    {
        var found = Checks.Select(check => connection.Execute(check.Sql).Scalar is { } value ? check.Means.Replace("{0}", value, StringComparison.Ordinal) : null).OfType<string>().ToList();
        return found.Count > 0 ? $"{string.Join("; ", found)}." : null;
    }
}
