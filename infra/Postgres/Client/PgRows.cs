namespace ControlPlane.Infra.Postgres.Client;

/// <summary>The rows of one statement, one after the other as they come. Until it is disposed, the connection can do nothing else.</summary>
internal sealed class PgRows : IDisposable
{
    private readonly PgConnection _connection;
    private ResultHandle? _next;

    internal PgRows(PgConnection connection)
    {
        _connection = connection;
        Take();
        Columns = _next is null ? [] : PgResult.ReadColumns(_next);
    }

    /// <summary>The columns; none for a statement that gives no rows.</summary>
    public IReadOnlyList<PgColumn> Columns { get; }

    /// <summary>The next row, each value as the server writes it, null for NULL; null after the last.</summary>
    /// <exception cref="PgFailure">The statement failed on its way, or the connection is lost.</exception>
    public string?[]? Next()
    {
        if (_next is null || LibPq.ResultStatus(_next) != LibPq.SingleTuple)
            return null;
        var row = PgResult.ReadRow(_next, 0, Columns.Count);
        Take();
        return row;
    }

    /// <summary>Ends the statement, also when rows are left.</summary>
    public void Dispose()
    {
        if (_next is not null && LibPq.ResultStatus(_next) == LibPq.SingleTuple)
            _connection.Cancel();
        _next?.Dispose();
        _next = null;
        _connection.Drain();
    }

    private void Take()
    {
        _next?.Dispose();
        _next = null;
        try
        {
            _next = _connection.TakeResult();
        }
        catch (PgFailure)
        {
            _connection.Drain();
            throw;
        }
    }
}
