using Microsoft.Data.Sqlite;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>
/// One upgrade, looked at so often that no step passes unseen: some are over within a few milliseconds. The row is read
/// only after the file has changed; source: PRAGMA data_version in SQLite's documentation.
/// </summary>
internal sealed class UpgradeWatch : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _version;
    private readonly Func<UpgradeRow?> _read;
    private long _seen = -1;
    private UpgradeRow? _row;

    public UpgradeWatch(SqliteConnection connection, Func<UpgradeRow?> read)
    {
        (_connection, _read, _version) = (connection, read, connection.CreateCommand());
        _version.CommandText = "PRAGMA data_version";
    }

    /// <summary>The row as it is now.</summary>
    public UpgradeRow? Look()
    {
        var version = (long)_version.ExecuteScalar()!;
        if (version == _seen)
            return _row;
        _row = _read();
        _seen = version;
        return _row;
    }

    public void Dispose()
    {
        _version.Dispose();
        _connection.Dispose();
    }
}
