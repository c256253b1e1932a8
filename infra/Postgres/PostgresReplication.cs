using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>Logical replication from one database to another of the same server.</summary>
internal sealed class PostgresReplication(AdminSessions sessions, PostgresCopies copies, TimeProvider time) : IDatabaseReplication
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public Task<string?> FindObstacleAsync(string database, CancellationToken cancellation) =>
        sessions.RunAsync(database, ReplicationObstacles.Find, cancellation);

    /// <inheritdoc/>
    public async Task StartAsync(string from, string to, bool hasData, CancellationToken cancellation)
    {
        if (await sessions.OnServerAsync(server => IsFollowing(server, from, to), cancellation))
            return;
        if (await FindObstacleAsync(from, cancellation) is { } obstacle)
            throw new DatabaseFailedException($"Database {from} cannot be followed: {obstacle}");
        await DisconnectAsync(from, to, cancellation);
        if (!hasData)
            await copies.CopyDefinitionsAsync(from, to, cancellation);
        var what = hasData ? await DescribeSharedAsync(from, to, cancellation) : "FOR ALL TABLES";
        await sessions.RunAsync(from, connection => Publish(connection, from, to, what), cancellation);
        await sessions.RunAsync(to, connection => Subscribe(connection, from, to, hasData), cancellation);
    }

    /// <inheritdoc/>
    public async Task<ReplicationState> ReadAsync(string from, string to, CancellationToken cancellation)
    {
        var link = ReplicationLink.Between(from, to);
        var total = await sessions.OnServerAsync(server => Number(server.Query("SELECT pg_database_size($1::name)", from)), cancellation);
        var slot = await sessions.OnServerAsync(server => server.Query("SELECT pg_current_wal_lsn() - confirmed_flush_lsn, wal_status FROM pg_replication_slots WHERE slot_name = $1", link), cancellation);
        if (slot.Rows.Count == 0)
            return new ReplicationState(false, 0, new CopyProgress(0, total), $"Database {to} does not follow {from}.");
        var (isFilled, isEnabled, size) = await sessions.RunAsync(to, connection => ReadCopy(connection, link), cancellation);
        var failure = slot.Rows[0][1] == "lost" ? "The server has removed the log that the copy still needs (max_slot_wal_keep_size)."
            : isEnabled ? null
            : "The subscription has been disabled; the server's log says why.";
        return new ReplicationState(isFilled, long.Parse(slot.Rows[0][0]!.Split('.')[0], CultureInfo.InvariantCulture), new CopyProgress(isFilled ? total : Math.Min(size, total), total), failure);
    }

    /// <inheritdoc/>
    public async Task CatchUpAsync(string from, string to, TimeSpan patience, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var link = ReplicationLink.Between(from, to);
        var goal = await sessions.OnServerAsync(EndOfLog, cancellation);
        while (true)
        {
            var state = await ReadAsync(from, to, cancellation);
            if (state.Failure is { } failure)
                throw new DatabaseFailedException(failure);
            if (state.IsFilled && await sessions.OnServerAsync(server => Confirmed(server, link, goal), cancellation))
                return;
            if (time.GetElapsedTime(start) > patience)
                throw new DatabaseFailedException($"Database {to} lacks {state.LagBytes} bytes of the log of {from} after {patience.TotalSeconds:0.#} s.");
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(string from, string to, bool takesCounters, CancellationToken cancellation)
    {
        await DisconnectAsync(from, to, cancellation);
        if (takesCounters && await sessions.OnServerAsync(server => OwnedDatabases.Exists(server, to), cancellation))
            await copies.CopySequencesAsync(from, to, cancellation);
    }

    /// <summary>Removes what is between the two. What an earlier call left half done is of no use: its slot may be older than the copy.</summary>
    private async Task DisconnectAsync(string from, string to, CancellationToken cancellation)
    {
        var link = ReplicationLink.Between(from, to);
        if (await sessions.OnServerAsync(server => OwnedDatabases.Exists(server, to), cancellation))
            await sessions.RunAsync(to, connection => Unsubscribe(connection, link), cancellation);
        if (await sessions.OnServerAsync(server => OwnedDatabases.Exists(server, from), cancellation))
            await sessions.RunAsync(from, connection => connection.Execute($"DROP PUBLICATION IF EXISTS {Identifier(link)}"), cancellation);
        var start = time.GetTimestamp();
        while (!await sessions.OnServerAsync(server => DropSlot(server, link), cancellation))
        {
            if (time.GetElapsedTime(start) > sessions.Options.StatementLimit)
                throw new DatabaseFailedException($"The replication slot {link} of database {from} stays in use.");
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <summary>Commits of sessions that do not wait for the disk may not be written yet; one that does wait takes all before it along.</summary>
    private static string EndOfLog(PgConnection server)
    {
        server.Execute("BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_logical_emit_message(true, 'controlplane', 'end'); COMMIT");
        return server.Execute("SELECT pg_current_wal_lsn()").Scalar!;
    }

    private static bool IsFollowing(PgConnection server, string from, string to) => server.Query(
        "SELECT 1 FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE s.subname = $1 AND d.datname = $2 AND s.subenabled",
        ReplicationLink.Between(from, to),
        to).Rows.Count > 0;

    private async Task<string> DescribeSharedAsync(string from, string to, CancellationToken cancellation) => SharedTables.Describe(
        await sessions.RunAsync(from, SharedTables.Read, cancellation),
        await sessions.RunAsync(to, SharedTables.Read, cancellation));

    /// <summary>The slot is made here: a subscription that makes its own waits, on the same server, for the very transaction that it stands in.</summary>
    private static void Publish(PgConnection connection, string from, string to, string what)
    {
        var link = ReplicationLink.Between(from, to);
        connection.Execute($"CREATE PUBLICATION {Identifier(link)} {what}");
        connection.Query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", link);
    }

    private void Subscribe(PgConnection connection, string from, string to, bool hasData)
    {
        var link = ReplicationLink.Between(from, to);
        SecretStatements.Begin(connection);
        connection.Execute($"""
            CREATE SUBSCRIPTION {Identifier(link)} CONNECTION {Literal(ConnectionText.Of(sessions.Options, from))} PUBLICATION {Identifier(link)}
            WITH (create_slot = false, slot_name = {Literal(link)}, copy_data = {(hasData ? "false" : "true")}, disable_on_error = true)
            """);
    }

    private static void Unsubscribe(PgConnection connection, string link)
    {
        if (connection.Query("SELECT 1 FROM pg_subscription WHERE subname = $1", link).Rows.Count == 0)
            return;
        connection.Execute($"ALTER SUBSCRIPTION {Identifier(link)} DISABLE");
        connection.Execute($"ALTER SUBSCRIPTION {Identifier(link)} SET (slot_name = NONE)");
        connection.Execute($"DROP SUBSCRIPTION {Identifier(link)}");
    }

    /// <summary>Drops the slot; false while a sender still uses one.</summary>
    private static bool DropSlot(PgConnection server, string link)
    {
        server.Query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1 AND active", link);
        server.Query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active", link);
        return server.Query("SELECT 1 FROM pg_replication_slots WHERE slot_name = $1", link).Rows.Count == 0;
    }

    private static (bool IsFilled, bool IsEnabled, long Size) ReadCopy(PgConnection connection, string link)
    {
        var row = connection.Query(
            """
            SELECT coalesce(bool_and(r.srsubstate = 'r'), true), bool_or(s.subenabled), pg_database_size(current_database())
            FROM pg_subscription s LEFT JOIN pg_subscription_rel r ON r.srsubid = s.oid WHERE s.subname = $1
            """,
            link).Rows[0];
        return (row[0] == "t" && row[1] is not null, row[1] == "t", long.Parse(row[2]!, CultureInfo.InvariantCulture));
    }

    private static bool Confirmed(PgConnection server, string link, string goal) =>
        server.Query("SELECT confirmed_flush_lsn >= $2::pg_lsn FROM pg_replication_slots WHERE slot_name = $1", link, goal).Scalar == "t";

    private static long Number(PgResult result) => long.Parse(result.Scalar!, CultureInfo.InvariantCulture);
}
