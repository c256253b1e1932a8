using System.Globalization;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>How far a copy has confirmed the log of its original, as the server's slot for it says.</summary>
/// <param name="LagBytes">Bytes of the log that are not confirmed.</param>
/// <param name="HasReached">Whether all up to the goal is confirmed.</param>
/// <param name="Failure">Why it will never be, in words; null when it may.</param>
internal sealed record SlotState(long LagBytes, bool HasReached, string? Failure)
{
    private const string Sql = """
        SELECT coalesce(pg_current_wal_lsn() - confirmed_flush_lsn, 0)::bigint, coalesce(confirmed_flush_lsn >= $2::pg_lsn, false), wal_status
        FROM pg_replication_slots WHERE slot_name = $1
        """;

    /// <summary>Reads it; null when there is no such slot.</summary>
    /// <param name="server">A session in any database.</param>
    /// <param name="slot">The slot's name.</param>
    /// <param name="goal">A place in the log; null when none is to be reached.</param>
    public static SlotState? Read(PgConnection server, string slot, string? goal = null)
    {
        var found = server.Query(Sql, slot, goal);
        if (found.Rows.Count == 0)
            return null;
        var row = found.Rows[0];
        return new SlotState(
            long.Parse(row[0]!, CultureInfo.InvariantCulture),
            row[1] == "t",
            row[2] == "lost" ? "The server has removed the log that the copy still needs: max_slot_wal_keep_size was too small for how long it took." : null);
    }

    /// <summary>
    /// Where the log ends. Commits of sessions that do not wait for the disk may not be written yet; one that does wait takes all
    /// before it along.
    /// </summary>
    public static string EndOfLog(PgConnection server)
    {
        server.Execute("BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_logical_emit_message(true, 'controlplane', 'end'); COMMIT");
        return server.Execute("SELECT pg_current_wal_lsn()").Scalar!;
    }
}
