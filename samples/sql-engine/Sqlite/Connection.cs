using SqlEngine.Data;
using SQLitePCL;

namespace SqlEngine.Sqlite;

/// <summary>
/// A connection to a database, used by one thread at a time. Everything it does ends soon after the token of the
/// current use is cancelled: running statements, <c>sleep(ms)</c>, and waits for another connection's lock.
/// </summary>
internal sealed class Connection : IConnection
{
    private const int StepsBetweenChecks = 10_000;

    private readonly sqlite3 _handle;
    private CancellationToken _cancellation;

    public Connection(string file)
    {
        SqliteLibrary.Load();
        var result = raw.sqlite3_open_v2(file, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, null);
        if (result != raw.SQLITE_OK)
        {
            var failure = new SqliteFailure(result, raw.sqlite3_errmsg(_handle).utf8_to_string());
            _handle.Dispose();
            throw failure;
        }

        raw.sqlite3_extended_result_codes(_handle, 1);
        raw.sqlite3_progress_handler(_handle, StepsBetweenChecks, _ => _cancellation.IsCancellationRequested ? 1 : 0, null);
        raw.sqlite3_create_function(_handle, "sleep", 1, null, Sleep);
    }

    public string TempSchema => "temp";

    internal sqlite3 Handle => _handle;

    internal CancellationToken Cancellation => _cancellation;

    private bool HasOpenTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    public void UseFor(CancellationToken cancellation) => _cancellation = cancellation;

    public void EndUse()
    {
        _cancellation = CancellationToken.None;
        if (HasOpenTransaction)
            Execute("rollback");
    }

    public IRows Query(string sql) => new Statement(this, sql);

    public void Execute(string sql)
    {
        using var statement = new Statement(this, sql);
        while (statement.Step())
        {
        }
    }

    public void Dispose() => _handle.Dispose();

    // Runs on the job's own thread, inside of sqlite3_step; an exception must not cross the native frames.
    private void Sleep(sqlite3_context context, object _, sqlite3_value[] arguments)
    {
        if (raw.sqlite3_value_type(arguments[0]) == raw.SQLITE_NULL)
        {
            raw.sqlite3_result_null(context);
            return;
        }

        var milliseconds = Math.Clamp(raw.sqlite3_value_int64(arguments[0]), 0, int.MaxValue);
        if (_cancellation.WaitHandle.WaitOne((int)milliseconds))
            raw.sqlite3_result_error_code(context, raw.SQLITE_INTERRUPT);
        else
            raw.sqlite3_result_int64(context, milliseconds);
    }
}
