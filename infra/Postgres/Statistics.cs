using System.Collections.Concurrent;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// What the server's planner knows of tables. A copy has nothing of it, and whoever uses it would be slow until the server finds
/// time to gather it by itself. Those of the server's own catalogs can wait for that, and so can a table that somebody has locked.
/// </summary>
internal static class Statistics
{
    /// <summary>
    /// Of what is partitioned only the whole: its parts are gathered with it. The largest come first, by what the server remembers
    /// of their size: to measure it, it would wait for a table that is locked.
    /// </summary>
    private const string Tables = """
        SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
          AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
        ORDER BY c.relpages DESC
        """;

    /// <summary>Gathers it, of several tables at once.</summary>
    public static async Task GatherAsync(AdminSessions sessions, string database, int workers, CancellationToken cancellation)
    {
        var found = await sessions.RunAsync(database, connection => connection.Execute(Tables), cancellation);
        var tables = new ConcurrentQueue<string>(found.Rows.Select(row => row[0]!));
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => sessions.RunAsync(database, Work, cancellation, sessions.Options.CopyLimit)));

        void Work(PgConnection connection)
        {
            while (tables.TryDequeue(out var table))
                connection.Execute($"ANALYZE (SKIP_LOCKED) {table}");
        }
    }
}
