using ControlPlane.Core.Databases;
using ControlPlane.Infra.Sqlite;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>What stands against copying a file and shutting engines out of it, each with what to do.</summary>
internal static class FileInspection
{
    private const int Damaged = 11;
    private const int NoDatabase = 26;

    /// <summary>Looks. What is in the file is looked at only when nothing here uses it just now.</summary>
    /// <exception cref="DatabaseFailedException">There is no such database, or it is none.</exception>
    public static async Task<DatabaseInspection> ReadAsync(FolderPaths paths, string database, CancellationToken cancellation)
    {
        var file = paths.Require(database);
        var bytes = new[] { file, file + "-wal" }.Where(File.Exists).Sum(one => new FileInfo(one).Length);
        var obstacles = new List<string>();
        if (await FileTurns.TryRunAsync(file, () => Look(file), cancellation) is { IsAlone: null } answer)
            obstacles.Add($"Nobody could prove that engines are shut out: {answer.Reason}.");
        if (FindFault(paths.Folder) is { } fault)
            obstacles.Add($"No copy can be made in {paths.Folder}: {fault}");
        if (new DriveInfo(paths.Folder).AvailableFreeSpace is var free && free < 2 * bytes)
            obstacles.Add($"{paths.Folder} has room for {free / 1_000_000} MB, and a copy beside a backup may take {2 * bytes / 1_000_000} MB. Make room.");
        return new DatabaseInspection { Version = $"SQLite {SqliteLibrary.Version}", Bytes = bytes, Obstacles = obstacles };
    }

    private static LeaseAnswer Look(string file)
    {
        try
        {
            using var session = SqliteSession.Open(file, SqliteOpenMode.ReadWrite);
            session.Number("SELECT count(*) FROM sqlite_master");
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is not (Damaged or NoDatabase))
        {
            // A lock of an engine's: that ends.
        }

        return FileLease.Try(file);
    }

    private static string? FindFault(string folder)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(folder, $"~probe-{Environment.ProcessId}"), new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }
}
