using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// The server's own counters of rows written. A session adds what it has written when it ends, before it leaves
/// <c>pg_stat_activity</c>, and while it stays up to 10 s late; source: <c>pgstat_shutdown_hook</c> and PGSTAT_IDLE_INTERVAL in pgstat.c.
/// </summary>
internal static class WriteCounters
{
    /// <summary>Somebody's sessions may be set not to count, whatever the server is set to.</summary>
    private const string Counts = """
        SELECT current_setting('track_counts')::bool
           AND NOT EXISTS (SELECT 1 FROM pg_db_role_setting, unnest(setconfig) c WHERE c LIKE 'track_counts=%')
        """;

    /// <summary>
    /// A crash resets what the server as a whole has counted, and with it every table; so its time tells of a crash. The
    /// database's own tells of a reset by hand, also of a single table; the other two, of a <c>track_counts</c> that may have been off meanwhile.
    /// </summary>
    private const string Since = """
        SELECT concat_ws(' ', (SELECT stats_reset FROM pg_stat_bgwriter),
            coalesce((SELECT stats_reset::text FROM pg_stat_database WHERE datname = current_database()), '-'),
            pg_postmaster_start_time(), pg_conf_load_time())
        """;

    /// <summary>
    /// TRUNCATE and whatever rewrites a table give it another file; a column that is added with a default, and so fills rows
    /// without writing them, changes the table's entry.
    /// </summary>
    private const string Tables = """
        SELECT format('%I.%I', s.schemaname, s.relname), concat_ws(' ', c.oid, c.relfilenode, c.xmin),
            s.n_tup_ins + s.n_tup_upd + s.n_tup_del
        FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid WHERE c.relkind <> 'm' AND c.relpersistence <> 't'
        """;

    /// <summary>Reads them; null when not every write is counted, or when the counters were reset under way.</summary>
    public static WriteCounts? Read(PgConnection connection)
    {
        if (connection.Execute(Counts).Scalar != "t")
            return null;
        var since = connection.Execute(Since).Scalar!;
        var tables = connection.Execute(Tables).Rows.ToDictionary(
            row => row[0]!, row => new TableWrites(row[1]!, long.Parse(row[2]!, CultureInfo.InvariantCulture)), StringComparer.Ordinal);
        return connection.Execute(Since).Scalar == since ? new WriteCounts(since, tables) : null;
    }
}
