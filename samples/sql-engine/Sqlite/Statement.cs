using System.Text;
using SQLitePCL;

namespace SqlEngine.Sqlite;

/// <summary>A prepared statement and its current row.</summary>
internal sealed class Statement : IDisposable
{
    private readonly Connection _connection;
    private readonly string _sql;
    private readonly sqlite3_stmt _handle;
    private bool _hasRow;

    /// <exception cref="SqliteFailure">SQLite does not accept the statement.</exception>
    public Statement(Connection connection, string sql)
    {
        _connection = connection;
        _sql = sql;
        var wait = new BusyWait(connection.Cancellation);
        int result;
        while ((result = raw.sqlite3_prepare_v2(connection.Handle, sql, out _handle)) != raw.SQLITE_OK)
        {
            if (!wait.ShouldRetry(result))
                throw Failure(result);
        }
    }

    public int ColumnCount => raw.sqlite3_column_count(_handle);

    public string ColumnName(int column) => raw.sqlite3_column_name(_handle, column).utf8_to_string();

    /// <summary>The type that the table declares; null for an expression.</summary>
    public string? DeclaredType(int column) => raw.sqlite3_column_decltype(_handle, column).utf8_to_string();

    /// <summary>The type of the current row's value: one of SQLite's five (SQLITE_INTEGER, ...).</summary>
    public int ValueType(int column) => raw.sqlite3_column_type(_handle, column);

    public long Integer(int column) => raw.sqlite3_column_int64(_handle, column);

    public double Real(int column) => raw.sqlite3_column_double(_handle, column);

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_handle, column);

    /// <summary>The value as UTF-8.</summary>
    public ReadOnlySpan<byte> Text(int column)
    {
        // The first call converts a UTF-16 database's value; the second reads all of it, where the first stops at a NUL.
        raw.sqlite3_column_text(_handle, column);
        return raw.sqlite3_column_blob(_handle, column);
    }

    /// <summary>Moves to the next row.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="SqliteFailure">The statement failed.</exception>
    /// <exception cref="OperationCanceledException">The connection's current use was cancelled.</exception>
    public bool Step()
    {
        var wait = new BusyWait(_connection.Cancellation);
        while (true)
        {
            _connection.Cancellation.ThrowIfCancellationRequested();
            var result = raw.sqlite3_step(_handle);
            if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
                return _hasRow = result == raw.SQLITE_ROW;

            // A statement that has given rows cannot start again: they would be given twice.
            if (_hasRow || !wait.ShouldRetry(result))
                throw Failure(result);
            raw.sqlite3_reset(_handle);
        }
    }

    public void Finish()
    {
        while (Step())
        {
        }
    }

    public void Dispose() => _handle.Dispose();

    private Exception Failure(int result)
    {
        if (_connection.Cancellation.IsCancellationRequested)
            return new OperationCanceledException(_connection.Cancellation);
        var offset = SqliteLibrary.ErrorOffset(_connection.Handle) is { } bytes ? CharactersIn(_sql, bytes) : (int?)null;
        return new SqliteFailure(result, raw.sqlite3_errmsg(_connection.Handle).utf8_to_string(), offset);
    }

    private static int CharactersIn(string text, int utf8Bytes)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Encoding.UTF8.GetCharCount(utf8, 0, Math.Min(utf8Bytes, utf8.Length));
    }
}
