using ControlPlane.Infra.Postgres.Client;
using SqlEngine.Data;

namespace SqlEngine.Postgres;

/// <summary>One script's use of a session. What it leaves behind does not reach the next script.</summary>
internal sealed class Connection : IConnection
{
    // DISCARD ALL would do it too, but it also undoes the role that an account is given at login.
    private const string Clean = "reset all; reset role; deallocate all; discard temp; select pg_advisory_unlock_all()";

    private readonly ConnectionPool _pool;
    private readonly PgConnection _session;
    private CancellationToken _cancellation;
    private Interruption? _interruption;
    private bool _isSound = true;

    /// <exception cref="PostgresFailure">The server cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The wait for a session was cancelled.</exception>
    public Connection(ConnectionPool pool, CancellationToken cancellation) => (_pool, _session) = (pool, pool.Take(cancellation));

    public string TempSchema => "pg_temp";

    public void UseFor(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _interruption = new Interruption(_session, cancellation);
    }

    public void EndUse()
    {
        _interruption?.Dispose();
        // A cancellation that is still on its way would hit the next script.
        _isSound = _isSound && !_cancellation.IsCancellationRequested && CleanUp();
    }

    public IRows Query(string sql)
    {
        var text = SleepCall.Rewrite(sql);
        return Guard(text == sql ? sql : null, () => new Rows(_session.Stream(text), this));
    }

    public void Execute(string sql)
    {
        var text = SleepCall.Rewrite(sql);
        Guard(text == sql ? sql : null, () => _session.Execute(text));
    }

    public void Dispose() => _pool.Return(_session, _isSound);

    /// <summary>Does something on the session in the name of the current use.</summary>
    /// <param name="sql">The statement as the script has it, in which a failure has its place; null when it is another.</param>
    /// <param name="action">What to do.</param>
    internal T Guard<T>(string? sql, Func<T> action)
    {
        _cancellation.ThrowIfCancellationRequested();
        try
        {
            return action();
        }
        catch (PgFailure) when (_cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellation);
        }
        catch (PgFailure failure)
        {
            _isSound = _isSound && !failure.IsConnectionLost;
            throw new PostgresFailure(failure, sql);
        }
        catch (ArgumentException refused)
        {
            throw new PostgresFailure(new PgFailure(refused.Message, refused) { SqlState = PostgresFailure.CharacterNotInRepertoire });
        }
    }

    private bool CleanUp()
    {
        try
        {
            _session.Execute("rollback");
            _session.Execute(Clean);
            return true;
        }
        catch (PgFailure)
        {
            return false;
        }
    }
}
