using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Sqlite;

/// <summary>
/// The one file in which a single node keeps everything. It is owned by one process at a time, and what it has
/// confirmed survives a crash of the process and of the machine (WAL with synchronous=FULL).
/// </summary>
public sealed class SqliteFile : IAsyncDisposable
{
    private readonly FileStream _ownership;
    private readonly SqliteMetrics _metrics = new();
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteFile(string path, FileStream ownership)
    {
        _ownership = ownership;
        Path = path;
        _writer = new(OpenMigrated(path), _metrics);
        _readers = new(() => SqliteSession.Open(path, SqliteOpenMode.ReadOnly));
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Version and origin of the SQLite library in use, such as "3.40.1 (libsqlite3.so.0)".</summary>
    public static string LibraryVersion => SqliteLibrary.Version;

    /// <summary>Opens the file, makes it when it is not there, and brings its tables up to date.</summary>
    /// <param name="path">Where it is; missing folders are made. Beside it appear <c>.lock</c>, <c>-wal</c> and <c>-shm</c>.</param>
    /// <exception cref="StateInUseException">Another process has it open.</exception>
    /// <exception cref="StateVersionException">A newer version of this program wrote it.</exception>
    /// <exception cref="StateUnwritableException">It cannot be made, opened or written.</exception>
    public static SqliteFile Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var ownership = SqliteOwnership.Take(path);
        try
        {
            return new(path, ownership);
        }
        catch (SqliteException exception)
        {
            ownership.Dispose();
            throw new StateUnwritableException(path, exception);
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>Finishes what is being written, then gives the file up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
        _metrics.Dispose();
        await _ownership.DisposeAsync();
    }

    /// <inheritdoc cref="SqliteWriter.RunAsync"/>
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellation) => _writer.RunAsync(work, cancellation);

    /// <inheritdoc cref="SqliteReaders.RunAsync"/>
    internal Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellation) => _readers.RunAsync(work, cancellation);

    private static SqliteSession OpenMigrated(string path)
    {
        var session = SqliteSession.Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            session.Query("PRAGMA journal_mode = WAL", row => row.GetString(0));
            session.Execute("PRAGMA synchronous = FULL");
            SqliteSchema.Migrate(session, path);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
