using SqlEngine.Data;
using SQLitePCL;

namespace SqlEngine.Sqlite;

/// <summary>SQLite refused or failed a statement.</summary>
/// <param name="code">SQLite's (extended) result code.</param>
/// <param name="message">SQLite's own words.</param>
/// <param name="offset">Where in the statement, in characters from 0; null when SQLite does not say.</param>
internal sealed class SqliteFailure(int code, string message, int? offset = null) : SqlFailure(message, offset)
{
    /// <summary>The low byte is the kind of failure, whatever the extension.</summary>
    public override bool IsBusy => (code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public override int? SqliteCode => code;
}
