using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// Logical replication from one database to another of the same server. Most of it runs while writes are held, and to open a
/// session takes longer than what is done in it: so there is one in each of the two.
/// </summary>
internal sealed class PostgresReplication(AdminSessions sessions, PostgresCopies copies, TimeProvider time) : IDatabaseReplication
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public Task<string?> FindObstacleAsync(string database, CancellationToken cancellation) =>
        sessions.RunAsync(database, connection => ReplicationObstacles.Find(connection, isToBeFilled: true), cancellation);

    /// <inheritdoc/>
    public Task<string?> FindRiskAsync(string database, CancellationToken cancellation) =>
        sessions.RunAsync(database, ReplicationObstacles.FindRisk, cancellation);

    /// <inheritdoc/>
    public async Task StartAsync(string from, string to, bool hasData, CancellationToken cancellation)
    {
        var link = new ReplicationLink(from, to);
        using var source = await OwnAsync(from, link, cancellation);
        if (await source.RunAsync(connection => link.IsEnabled(connection) && SlotState.Read(connection, link.Name) is { Failure: null }, cancellation))
            return;
        if (await source.RunAsync(connection => ReplicationObstacles.Find(connection, isToBeFilled: !hasData), cancellation) is { } obstacle)
            throw new DatabaseFailedException($"Database {from} cannot be followed: {obstacle}");
        if (await source.RunAsync(link.IsThere, cancellation))
        {
            using var old = await OwnAsync(to, link, cancellation, beside: source);
            await UnsubscribeAsync(old, link, cancellation);
        }

        await UnpublishAsync(source, link, cancellation);
        if (!hasData)
            await copies.CopyDefinitionsAsync(from, to, cancellation);
        using var target = await OwnAsync(to, link, cancellation, beside: source);
        var what = hasData
            ? SharedTables.Describe(await source.RunAsync(SharedTables.Read, cancellation), await target.RunAsync(SharedTables.Read, cancellation))
            : "FOR ALL TABLES";
        var limit = hasData ? sessions.Options.FollowLimit : sessions.Options.StatementLimit;
        await source.RunAsync(connection => link.Publish(connection, what, limit), cancellation);
        await target.RunAsync(connection => link.Subscribe(connection, sessions.Options, hasData), cancellation);
    }

    /// <inheritdoc/>
    public async Task<ReplicationState> ReadAsync(string from, string to, CancellationToken cancellation)
    {
        var link = new ReplicationLink(from, to);
        var (size, slot) = await sessions.OnServerAsync(server => (SizeOf(server, from), SlotState.Read(server, link.Name)), cancellation);
        if (slot is null)
            return new ReplicationState(false, 0, new CopyProgress(0, size), $"Database {to} does not follow {from}.");
        var copy = await sessions.RunAsync(to, connection => (State: link.Read(connection), Size: SizeOf(connection, to)), cancellation);
        return new ReplicationState(
            copy.State.IsFilled,
            slot.LagBytes,
            new CopyProgress(copy.State.IsFilled ? size : Math.Min(copy.Size, size), size),
            slot.Failure ?? copy.State.Failure);
    }

    /// <inheritdoc/>
    public async Task CatchUpAsync(string from, string to, TimeSpan patience, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var link = new ReplicationLink(from, to);
        using var source = await OpenAsync(from, cancellation);
        using var target = await OpenAsync(to, cancellation);
        var goal = await source.RunAsync(SlotState.EndOfLog, cancellation);
        while (true)
        {
            var slot = await source.RunAsync(server => SlotState.Read(server, link.Name, goal), cancellation)
                ?? throw new DatabaseFailedException($"Database {to} does not follow {from}.");
            var state = await target.RunAsync(link.Read, cancellation);
            if ((slot.Failure ?? state.Failure) is { } failure)
                throw new DatabaseFailedException(failure);
            if (state.IsFilled && slot.HasReached)
                return;
            if (time.GetElapsedTime(start) > patience)
                throw new DatabaseFailedException($"Database {to} lacks {slot.LagBytes} bytes of the log of {from} after {patience.TotalSeconds:0.#} s.");
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(string from, string to, bool takesCounters, CancellationToken cancellation)
    {
        var link = new ReplicationLink(from, to);
        var (hasSource, hasTarget) = await sessions.OnServerAsync(
            server => (OwnedDatabases.Exists(server, from), OwnedDatabases.Exists(server, to)), cancellation);
        using var source = hasSource ? await OwnAsync(from, link, cancellation) : null;
        using var target = hasTarget ? await OwnAsync(to, link, cancellation, beside: source) : null;
        if (target is not null)
            await UnsubscribeAsync(target, link, cancellation);
        if (source is not null)
            await UnpublishAsync(source, link, cancellation);
        if (!takesCounters || source is null || target is null)
            return;
        var sequences = await source.RunAsync(Sequences.Read, cancellation);
        await target.RunAsync(connection => Sequences.Write(connection, sequences), cancellation);
    }

    /// <summary>The processes that have written to the copy add what they have written to its counters at their end: it is waited for.</summary>
    private async Task UnsubscribeAsync(HeldSession target, ReplicationLink link, CancellationToken cancellation)
    {
        var workers = await target.RunAsync(link.Unsubscribe, cancellation);
        await UntilAsync(
            () => target.RunAsync(connection => connection.Query(
                "SELECT 1 FROM pg_stat_activity WHERE pid = ANY ($1::int[])", $"{{{string.Join(',', workers)}}}").Rows.Count == 0, cancellation),
            $"The processes of the subscription {link.Name} do not end.",
            cancellation);
    }

    /// <summary>What an earlier call has left is of no use half done: its slot may be older than the copy.</summary>
    private Task UnpublishAsync(HeldSession source, ReplicationLink link, CancellationToken cancellation) =>
        UntilAsync(() => source.RunAsync(link.Unpublish, cancellation), $"The replication slot {link.Name} stays in use.", cancellation);

    private async Task UntilAsync(Func<Task<bool>> isSo, string otherwise, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (!await isSo())
        {
            if (time.GetElapsedTime(start) > sessions.Options.StatementLimit)
                throw new DatabaseFailedException(otherwise);
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <summary>Opens a session that nobody else makes or removes the link beside; see <see cref="ReplicationLink.Own"/>.</summary>
    /// <param name="database">Where.</param>
    /// <param name="link">The link.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="beside">
    /// The session that was owned first; null when there is none. Who has come later has ended it, and may have done all by now.
    /// </param>
    private async Task<HeldSession> OwnAsync(string database, ReplicationLink link, CancellationToken cancellation, HeldSession? beside = null)
    {
        var session = await OpenAsync(database, cancellation);
        try
        {
            await LivesAsync();
            await UntilAsync(() => session.RunAsync(link.Own, cancellation), $"Another session keeps the link {link.Name}.", cancellation);
            await LivesAsync();
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }

        Task LivesAsync() => beside?.RunAsync(connection => connection.Execute("SELECT 1"), cancellation) ?? Task.CompletedTask;
    }

    private Task<HeldSession> OpenAsync(string database, CancellationToken cancellation) =>
        HeldSession.OpenAsync(sessions.Settings(database, sessions.Options.StatementLimit), cancellation);

    private static long SizeOf(PgConnection server, string database) =>
        long.Parse(server.Query("SELECT pg_database_size($1::name)", database).Scalar!, CultureInfo.InvariantCulture);
}
