using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>Backups by <c>pg_dump</c>; copies by the server itself, by rows from table to table, or through a backup.</summary>
internal sealed class PostgresCopies(AdminSessions sessions, ClientProgram program, int cores) : IDatabaseCopies
{
    private const string InUse = "55006";
    private readonly RowCopy _rows = new(sessions, program);

    /// <inheritdoc/>
    public async Task<Backup> BackUpAsync(string database, string folder, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        var target = new BackupFolder(folder);
        if (target.IsComplete)
            return await target.VerifyAsync(cancellation);
        var total = await SizeAsync(database, cancellation);
        progress.Report(new CopyProgress(0, total));
        var frame = await sessions.OnServerAsync(server => DatabaseFrame.Read(server, database), cancellation);
        try
        {
            await target.BeginAsync(frame, cancellation);
            string[] arguments = ["--format=directory", $"--jobs={Number(cores)}", "--compress=1", $"--file={target.NewDump}"];
            await program.RunAsync("pg_dump", database, arguments, cancellation);
            var backup = await target.FinishAsync(cancellation);
            progress.Report(new CopyProgress(total, total));
            return backup;
        }
        finally
        {
            target.RemoveUnfinished();
        }
    }

    /// <inheritdoc/>
    public async Task RestoreAsync(string folder, string database, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        var source = new BackupFolder(folder);
        var backup = await source.VerifyAsync(cancellation);
        var frame = await source.ReadFrameAsync(cancellation);
        progress.Report(new CopyProgress(0, backup.Bytes));
        await MakeAsync(database, frame, server => frame.Create(server, OwnedDatabases.Unfinished(database)), RestoreAsync, cancellation);
        progress.Report(new CopyProgress(backup.Bytes, backup.Bytes));

        async Task RestoreAsync(string unfinished)
        {
            await RestoreIntoAsync(source, unfinished, cores, cancellation);
            await GatherStatisticsAsync(unfinished, cores, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task CopyAsync(CopyOrder order, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var total = await SizeAsync(order.From, cancellation);
        progress.Report(new CopyProgress(0, total));
        var frame = await sessions.OnServerAsync(server => DatabaseFrame.Read(server, order.From), cancellation);
        if (order.Method == CopyMethod.Template)
            await MakeAsync(order.To, frame, server => CreateFromTemplate(server, order), _ => Task.CompletedTask, cancellation);
        else
        {
            await MakeAsync(
                order.To,
                frame,
                server => frame.Create(server, OwnedDatabases.Unfinished(order.To)),
                unfinished => FillAsync(order, unfinished, total, progress, cancellation),
                cancellation);
        }

        progress.Report(new CopyProgress(total, total));
    }

    /// <inheritdoc/>
    public Task GatherStatisticsAsync(string database, int workers, CancellationToken cancellation) =>
        Statistics.GatherAsync(sessions, database, workers, cancellation);

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string database, CancellationToken cancellation) =>
        sessions.OnServerAsync(server => OwnedDatabases.Exists(server, database), cancellation);

    /// <inheritdoc/>
    public Task DropAsync(string database, CancellationToken cancellation) =>
        sessions.OnServerAsync(server => OwnedDatabases.Drop(server, database), cancellation);

    /// <summary>Makes a database with all the definitions of another and no rows.</summary>
    public async Task CopyDefinitionsAsync(string from, string to, CancellationToken cancellation)
    {
        var frame = await sessions.OnServerAsync(server => DatabaseFrame.Read(server, from), cancellation);
        await MakeAsync(
            to,
            frame,
            server => frame.Create(server, OwnedDatabases.Unfinished(to)),
            unfinished => _rows.CopyDefinitionsAsync(from, unfinished, cancellation),
            cancellation);
    }

    /// <summary>Makes a database under its unfinished name, and gives it its own once it is whole. Meanwhile nobody else can make it.</summary>
    private async Task MakeAsync(string database, DatabaseFrame frame, Action<PgConnection> create, Func<string, Task> fill, CancellationToken cancellation)
    {
        using var server = await OwnedDatabases.LockAsync(sessions, database, cancellation);
        await server.RunAsync(connection => OwnedDatabases.Clear(connection, database), cancellation);
        try
        {
            await server.RunAsync(create, cancellation);
            await fill(OwnedDatabases.Unfinished(database));
            await server.RunAsync(
                connection =>
                {
                    frame.Apply(connection, OwnedDatabases.Unfinished(database));
                    OwnedDatabases.Finish(connection, database);
                },
                cancellation);
        }
        catch (Exception)
        {
            await TidyAsync(server, database);
            throw;
        }
    }

    /// <summary>Programs that were ended leave the server at work for them. Where it cannot be told to stop, the next call does it.</summary>
    private static async Task TidyAsync(HeldSession server, string database)
    {
        try
        {
            await server.RunAsync(connection => OwnedDatabases.DropUnfinished(connection, database), CancellationToken.None);
        }
        catch (DatabaseFailedException)
        {
            // The server is gone, or its session is: what failed first is what counts.
        }
    }

    /// <summary>Copying the files costs two checkpoints, and none of the copy goes through the log.</summary>
    private static void CreateFromTemplate(PgConnection server, CopyOrder order)
    {
        try
        {
            var unfinished = Identifier(OwnedDatabases.Unfinished(order.To));
            server.Execute($"CREATE DATABASE {unfinished} TEMPLATE {Identifier(order.From)} STRATEGY file_copy CONNECTION LIMIT 0");
        }
        catch (PgFailure failure) when (failure.SqlState == InUse)
        {
            var users = server.Query("SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = $1 AND usename IS NOT NULL ORDER BY 1", order.From);
            var who = string.Join(", ", users.Rows.Select(row => row[0]));
            throw new DatabaseFailedException($"Database {order.From} is in use by {who}; nobody may use it while it is copied as a template.", failure)
            {
                Code = InUse,
            };
        }
    }

    private async Task FillAsync(CopyOrder order, string unfinished, long total, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        if (await sessions.RunAsync(order.From, RowCopy.CanCopy, cancellation))
        {
            await _rows.RunAsync(order.From, unfinished, order.Workers, done => progress.Report(new CopyProgress(Math.Min(done, total), total)), cancellation);
            return;
        }
        using var folder = new CopyFolder(sessions.Options);
        var through = new BackupFolder(Path.Combine(folder.Path, "copy"));
        await BackUpAsync(order.From, through.Path, progress, cancellation);
        await RestoreIntoAsync(through, unfinished, order.Workers, cancellation);
    }

    private async Task RestoreIntoAsync(BackupFolder source, string unfinished, int workers, CancellationToken cancellation)
    {
        string[] arguments = ["--exit-on-error", $"--jobs={Number(workers)}", $"--dbname={ConnectionText.Of(unfinished)}", source.Dump];
        await program.RunAsync("pg_restore", unfinished, arguments, cancellation);
    }

    private Task<long> SizeAsync(string database, CancellationToken cancellation) =>
        sessions.OnServerAsync(
            server => long.Parse(server.Query("SELECT pg_database_size($1::name)", database).Scalar!, CultureInfo.InvariantCulture), cancellation);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
