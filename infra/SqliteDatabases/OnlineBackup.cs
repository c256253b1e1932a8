using ControlPlane.Core.Databases;
using ControlPlane.Infra.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// Copies a database page by page with SQLite's own backup API, as it was at one moment, while others use it. In WAL mode
/// they go on writing; in others their writes wait for its end. Source: sqlite.org/c3ref/backup_finish.html.
/// </summary>
internal static class OnlineBackup
{
    private const int PagesAtOnce = 256;

    /// <summary>Makes the copy, whole and on the disk.</summary>
    /// <param name="from">The original.</param>
    /// <param name="to">A file that is not there.</param>
    /// <param name="progress">Hears how far it has got.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DatabaseFailedException">The copy is damaged, and then the original is.</exception>
    public static void Run(string from, string to, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        using (var source = SqliteSession.Open(from, SqliteOpenMode.ReadWrite))
        using (var target = SqliteSession.Open(to, SqliteOpenMode.ReadWriteCreate))
        {
            // What is read from now on is of this moment. Without it, each write of another would begin the copy anew.
            source.Execute("BEGIN");
            source.Number("SELECT count(*) FROM sqlite_master");
            target.Query("PRAGMA journal_mode = OFF", row => row.GetString(0));
            target.Execute("PRAGMA synchronous = OFF");
            CopyPages(source, target, progress, cancellation);
            source.Execute("COMMIT");
        }

        Check(to);
    }

    /// <summary>Whether every page of a database at rest is what it should be; then it is brought to the disk.</summary>
    /// <exception cref="DatabaseFailedException">One is not.</exception>
    public static void Check(string file)
    {
        using (var session = SqliteSession.Open(file, SqliteOpenMode.ReadWrite))
        {
            var faults = session.Query("PRAGMA quick_check(3)", row => row.GetString(0));
            if (faults is not ["ok"])
                throw new DatabaseFailedException($"{file} is damaged: {string.Join("; ", faults)}.");
        }

        Disk.Flush(file);
    }

    private static void CopyPages(SqliteSession source, SqliteSession target, IProgress<CopyProgress> progress, CancellationToken cancellation)
    {
        var pageSize = source.Number("PRAGMA page_size") ?? 0;
        using var backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main")
            ?? throw new DatabaseFailedException($"The copy cannot begin: {raw.sqlite3_errmsg(target.Handle).utf8_to_string()}.");
        for (var result = raw.SQLITE_OK; result != raw.SQLITE_DONE;)
        {
            cancellation.ThrowIfCancellationRequested();
            result = raw.sqlite3_backup_step(backup, PagesAtOnce);
            if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
                throw new DatabaseFailedException($"The copy does not go on: {raw.sqlite3_errstr(result).utf8_to_string()}.");
            var total = raw.sqlite3_backup_pagecount(backup);
            progress.Report(new CopyProgress((total - raw.sqlite3_backup_remaining(backup)) * pageSize, total * pageSize));
        }
    }
}
