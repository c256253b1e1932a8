namespace SqlEngine.Sqlite;

/// <summary>SQLite refused or failed a statement.</summary>
/// <param name="code">SQLite's (extended) result code.</param>
/// <param name="message">SQLite's own words.</param>
/// <param name="offset">Where in the statement, in characters from 0; null when SQLite does not say.</param>
internal sealed class SqliteFailure(int code, string message, int? offset = null) : Exception(message)
{
    public int Code { get; } = code;

    public int? Offset { get; } = offset;

    /// <summary>The code without its extension: the kind of failure.</summary>
    public int PrimaryCode => Code & 0xff;
}
