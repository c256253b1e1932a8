namespace SqlEngine.Data;

/// <summary>The database refused or failed a statement, or cannot be reached.</summary>
/// <param name="message">The database's own words.</param>
/// <param name="offset">Where in the statement, in characters from 0; null when the database does not say.</param>
internal abstract class SqlFailure(string message, int? offset) : Exception(message)
{
    public int? Offset { get; } = offset;

    /// <summary>True when somebody else held what the statement needs.</summary>
    public abstract bool IsBusy { get; }

    /// <summary>True when the connection went away while the statement ran, so that nobody knows what came of it.</summary>
    public virtual bool IsConnectionLost => false;

    /// <summary>SQLite's result code; null for another database.</summary>
    public virtual int? SqliteCode => null;

    /// <summary>The SQLSTATE; null for SQLite, which has none.</summary>
    public virtual string? SqlState => null;
}
