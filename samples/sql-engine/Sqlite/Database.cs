using SqlEngine.Data;

namespace SqlEngine.Sqlite;

/// <summary>
/// The database of this instance, in WAL mode: readers never wait for a writer, and several instances can share the file.
/// </summary>
internal sealed class Database : IDatabase
{
    private readonly string _file;
    private readonly PrivateFolder? _folder;
    private readonly IConnection _keeper;

    /// <param name="file">The file to share; null for a private database in memory.</param>
    /// <exception cref="SqliteFailure">The file cannot be opened or is no database.</exception>
    /// <exception cref="IOException">There is no place for a private database.</exception>
    public Database(string? file)
    {
        _folder = file is null ? PrivateFolder.Create() : null;
        _file = file ?? Path.Combine(_folder!.Path, "private.db");
        Name = file ?? "private, in memory";
        // An open connection keeps the WAL file in place between scripts; it holds no lock.
        _keeper = Connect(onlyReads: false, CancellationToken.None);
        _keeper.Execute("pragma journal_mode = wal");
    }

    public string Kind => "sqlite";

    /// <summary>The file, or that it is private.</summary>
    public string Name { get; }

    public bool KeepsSessions => true;

    public IConnection Connect(bool onlyReads, CancellationToken cancellation)
    {
        var connection = new Connection(_file);
        connection.Execute("pragma temp_store = memory");
        connection.Execute(_folder is null ? "pragma synchronous = normal" : "pragma synchronous = off");
        return connection;
    }

    public void Dispose()
    {
        _keeper.Dispose();
        _folder?.Dispose();
    }
}
