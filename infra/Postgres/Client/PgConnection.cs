using System.Runtime.InteropServices;

namespace ControlPlane.Infra.Postgres.Client;

/// <summary>
/// One session on a PostgreSQL server. Calls block, and only <see cref="Cancel"/> may come from another thread meanwhile.
/// </summary>
internal sealed class PgConnection : IDisposable
{
    private readonly ConnectionHandle _handle;
    private readonly CancelHandle _cancel;

    private PgConnection(ConnectionHandle handle)
    {
        _handle = handle;
        _cancel = LibPq.GetCancel(handle);
        Pid = LibPq.BackendPid(handle);
    }

    /// <summary>The number of the server's process for this session.</summary>
    public int Pid { get; }

    /// <summary>Whether the connection was there at the last call. One that the server ended shows that at the next.</summary>
    public bool IsAlive => !_handle.IsClosed && LibPq.Status(_handle) == LibPq.ConnectionOk;

    /// <summary>Connects.</summary>
    /// <exception cref="PgFailure">The server refused, or was not reached in time.</exception>
    public static PgConnection Open(PgSettings settings) => new(PgOpening.Open(settings));

    /// <summary>Runs one statement or several; gives what the last one gave.</summary>
    /// <exception cref="PgFailure">The server refused, or the connection is lost.</exception>
    public PgResult Execute(string sql)
    {
        using var result = LibPq.Execute(Opened(), Whole(sql));
        return Read(result);
    }

    /// <summary>Runs one statement, with values for <c>$1</c> and so on.</summary>
    /// <exception cref="PgFailure">The server refused, or the connection is lost.</exception>
    public PgResult Query(string sql, params string?[] values)
    {
        using var result = LibPq.ExecuteWith(Opened(), Whole(sql), values.Length, 0, Whole(values), 0, 0, 0);
        return Read(result);
    }

    /// <summary>Runs one statement and gives its rows as they come, so that they need not all be in memory.</summary>
    /// <exception cref="PgFailure">The server refused, or the connection is lost.</exception>
    public PgRows Stream(string sql, params string?[] values)
    {
        if (LibPq.Send(Opened(), Whole(sql), values.Length, 0, Whole(values), 0, 0, 0) == 0)
            throw Lost();
        _ = LibPq.SetSingleRowMode(_handle);
        return new PgRows(this);
    }

    /// <summary>Asks the server to end what this session runs now; from any thread. The statement then fails with SQLSTATE 57014.</summary>
    public void Cancel()
    {
        var gone = false;
        try
        {
            _cancel.DangerousAddRef(ref gone);
            Span<byte> message = stackalloc byte[256];
            _ = LibPq.Cancel(_cancel, ref MemoryMarshal.GetReference(message), message.Length);
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile: there is nothing left to end.
        }
        finally
        {
            if (gone)
                _cancel.DangerousRelease();
        }
    }

    /// <summary>What the server keeps of a role's password: with it in a statement, no log holds the password itself.</summary>
    /// <exception cref="PgFailure">The library could not make it.</exception>
    public string Scrambled(string role, string password)
    {
        var memory = LibPq.EncryptPassword(Opened(), Whole(password), Whole(role), "scram-sha-256");
        if (memory == 0)
            throw Lost();
        try
        {
            return Marshal.PtrToStringUTF8(memory)!;
        }
        finally
        {
            LibPq.FreeMemory(memory);
        }
    }

    /// <summary>
    /// Sends the rows that one statement gives, <c>COPY ... TO STDOUT</c>, to another session's <c>COPY ... FROM STDIN</c>. A session
    /// in which it failed must not be used any more.
    /// </summary>
    /// <returns>How many bytes.</returns>
    /// <exception cref="PgFailure">One of the servers refused, or a connection is lost.</exception>
    public long Pump(string copyOut, PgConnection target, string copyIn, Action<long> onBytes)
    {
        Begin(copyOut, LibPq.CopyOut);
        target.Begin(copyIn, LibPq.CopyIn);
        long total = 0, told = 0;
        int length;
        while ((length = LibPq.GetCopyData(_handle, out var buffer, 0)) > 0)
        {
            var sent = LibPq.PutCopyData(target._handle, buffer, length);
            LibPq.FreeMemory(buffer);
            if (sent != 1)
                throw target.Ended() ?? target.Lost();
            total += length;
            if (total - told < 1 << 20)
                continue;
            onBytes(total - told);
            told = total;
        }

        // The end of the rows counts only once the server says that they were all.
        if (length == -2)
            throw Lost();
        if (Ended() is { } failure)
            throw failure;
        if (LibPq.PutCopyEnd(target._handle, null) != 1)
            throw target.Lost();
        if (target.Ended() is { } refusal)
            throw refusal;
        onBytes(total - told);
        return total;
    }

    /// <summary>Ends the session.</summary>
    public void Dispose()
    {
        _cancel.Dispose();
        _handle.Dispose();
    }

    /// <summary>The next result of what was sent; null after the last.</summary>
    internal ResultHandle? TakeResult()
    {
        var result = LibPq.NextResult(_handle);
        if (result.IsInvalid)
        {
            result.Dispose();
            return null;
        }
        try
        {
            Check(result);
            return result;
        }
        catch (PgFailure)
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Takes all that is left, so that the connection can be used again.</summary>
    internal void Drain()
    {
        while (IsAlive)
        {
            using var result = LibPq.NextResult(_handle);
            if (result.IsInvalid)
                return;
        }
    }

    private void Begin(string copy, int direction)
    {
        using var result = LibPq.Execute(Opened(), Whole(copy));
        if (result.IsInvalid)
            throw Lost();
        if (LibPq.ResultStatus(result) != direction)
            throw Failure(result);
    }

    /// <summary>Why what was under way has failed; null when it has not.</summary>
    private PgFailure? Ended()
    {
        try
        {
            while (TakeResult() is { } result)
                result.Dispose();
            return null;
        }
        catch (PgFailure failure)
        {
            return failure;
        }
    }

    private ConnectionHandle Opened() => _handle.IsClosed
        ? throw new PgFailure("The connection is closed.") { SqlState = PgFailure.ConnectionFailure, IsConnectionLost = true }
        : _handle;

    private PgResult Read(ResultHandle result)
    {
        Check(result);
        return PgResult.Read(result);
    }

    private void Check(ResultHandle result)
    {
        if (result.IsInvalid)
            throw Lost();
        switch (LibPq.ResultStatus(result))
        {
            case LibPq.EmptyQuery or LibPq.CommandOk or LibPq.TuplesOk or LibPq.SingleTuple:
                return;
            case LibPq.CopyIn or LibPq.CopyOut or LibPq.CopyBoth:
                // The server now waits for rows or sends them; only a new session is sure to be out of that.
                Dispose();
                throw new PgFailure("COPY from or to the client is not possible here.") { SqlState = "0A000", IsConnectionLost = true };
            default:
                throw Failure(result);
        }
    }

    private PgFailure Failure(ResultHandle result)
    {
        var message = Field(LibPq.DiagnosticMessage) ?? Marshal.PtrToStringUTF8(LibPq.ResultErrorMessage(result))?.Trim();
        return new PgFailure(string.IsNullOrEmpty(message) ? "The server gave no reason." : message)
        {
            SqlState = Field(LibPq.DiagnosticSqlState) ?? (IsAlive ? "XX000" : PgFailure.ConnectionFailure),
            Detail = Field(LibPq.DiagnosticDetail),
            Position = int.TryParse(Field(LibPq.DiagnosticPosition), out var position) ? position : null,
            IsConnectionLost = !IsAlive,
        };

        string? Field(int code) => Marshal.PtrToStringUTF8(LibPq.ResultErrorField(result, code));
    }

    private PgFailure Lost()
    {
        var message = Marshal.PtrToStringUTF8(LibPq.ErrorMessage(_handle))?.Trim();
        return new PgFailure(string.IsNullOrEmpty(message) ? "The connection is lost." : message)
        {
            SqlState = IsAlive ? "XX000" : PgFailure.ConnectionFailure,
            IsConnectionLost = !IsAlive,
        };
    }

    // libpq reads up to a NUL. Cut off there, a statement could mean something else.
    private static string Whole(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? throw new ArgumentException("PostgreSQL's text cannot hold a NUL character.", nameof(text)) : text;

    private static string?[] Whole(string?[] values)
    {
        foreach (var value in values)
            _ = value is null ? null : Whole(value);
        return values;
    }
}
