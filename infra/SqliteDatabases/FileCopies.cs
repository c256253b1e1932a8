using ControlPlane.Core.Databases;
using ControlPlane.Infra.Backups;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>Backups and copies by SQLite's own backup API, whichever method is asked for: there is but one.</summary>
internal sealed class FileCopies(FolderPaths paths) : IDatabaseCopies
{
    private const string BackupName = "database.db";

    /// <inheritdoc/>
    public async Task<Backup> BackUpAsync(string database, string folder, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        var target = new HashedFolder(folder);
        if (target.IsComplete)
            return await target.VerifyAsync(cancellation);
        var file = paths.Require(database);
        try
        {
            target.Begin();
            await FileTurns.RunAsync(
                file,
                () =>
                {
                    OnlineBackup.Run(file, target.NewPathOf(BackupName), progress, cancellation);
                    FileFacts.Imitate(target.NewPathOf(BackupName), file);
                    return true;
                },
                cancellation);
            return await target.FinishAsync(cancellation);
        }
        finally
        {
            target.RemoveUnfinished();
        }
    }

    /// <inheritdoc/>
    public async Task RestoreAsync(string folder, string database, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        var source = new HashedFolder(folder);
        var backup = await source.VerifyAsync(cancellation);
        await MakeAsync(database, source.PathOf(BackupName), (from, to) => CopyAtRest(from, to, backup.Bytes, progress), cancellation);
    }

    /// <inheritdoc/>
    public Task CopyAsync(CopyOrder order, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        return MakeAsync(order.To, paths.Require(order.From), (from, to) => OnlineBackup.Run(from, to, progress, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string database, CancellationToken cancellation) => Task.FromResult(OwnedFiles.Exists(paths.OfDatabase(database)));

    /// <inheritdoc/>
    public Task DropAsync(string database, CancellationToken cancellation)
    {
        var file = paths.OfDatabase(database);
        return FileTurns.RunAsync(
            file,
            () =>
            {
                OwnedFiles.Drop(file);
                OwnedFiles.DropUnfinished(file);
                return true;
            },
            cancellation);
    }

    /// <summary>Nobody uses a backup, and to open it would change the files in its folder.</summary>
    private static void CopyAtRest(string from, string to, long bytes, IProgress<CopyProgress> progress)
    {
        progress.Report(new CopyProgress(0, bytes));
        File.Copy(from, to);
        OnlineBackup.Check(to);
        progress.Report(new CopyProgress(bytes, bytes));
    }

    /// <summary>Makes a database of the same owner and rights as what it is made from.</summary>
    private async Task MakeAsync(string database, string from, Action<string, string> fill, CancellationToken cancellation)
    {
        var file = paths.OfDatabase(database);
        await FileTurns.RunAsync(
            from,
            () =>
            {
                OwnedFiles.Clear(file);
                try
                {
                    fill(from, OwnedFiles.Unfinished(file));
                    FileFacts.Imitate(OwnedFiles.Unfinished(file), from);
                    OwnedFiles.Finish(file);
                    return true;
                }
                catch (Exception)
                {
                    OwnedFiles.DropUnfinished(file);
                    throw;
                }
            },
            cancellation);
    }
}
