using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SqlEngine.Data;
using SQLitePCL;

namespace SqlEngine.Sqlite;

/// <summary>A prepared statement and its current row.</summary>
internal sealed class Statement : IRows
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

    public string ColumnType(int column) => Sqlite.ColumnType.Of(
        raw.sqlite3_column_decltype(_handle, column).utf8_to_string(), _hasRow ? raw.sqlite3_column_type(_handle, column) : raw.SQLITE_NULL);

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

    public void WriteValue(int column, Utf8JsonWriter json)
    {
        switch (raw.sqlite3_column_type(_handle, column))
        {
            case raw.SQLITE_INTEGER:
                json.WriteNumberValue(raw.sqlite3_column_int64(_handle, column));
                break;
            case raw.SQLITE_FLOAT when raw.sqlite3_column_double(_handle, column) is var real && double.IsFinite(real):
                json.WriteNumberValue(real);
                break;
            case raw.SQLITE_TEXT:
                WriteText(Text(column), json);
                break;
            case raw.SQLITE_BLOB:
                json.WriteBase64StringValue(raw.sqlite3_column_blob(_handle, column));
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>A value of the current row as a whole number.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(_handle, column);

    public void Dispose() => _handle.Dispose();

    private static void WriteText(ReadOnlySpan<byte> text, Utf8JsonWriter json)
    {
        // A text that is no UTF-8 would break the answer; decoding marks what it cannot read.
        if (Utf8.IsValid(text))
            json.WriteStringValue(text);
        else
            json.WriteStringValue(Encoding.UTF8.GetString(text));
    }

    private ReadOnlySpan<byte> Text(int column)
    {
        // The first call converts a UTF-16 database's value; the second reads all of it, where the first stops at a NUL.
        raw.sqlite3_column_text(_handle, column);
        return raw.sqlite3_column_blob(_handle, column);
    }

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
