namespace ControlPlane.Infra.Sqlite;

/// <summary>A piece of work that waits for the writer.</summary>
internal interface ISqliteWrite
{
    /// <summary>Does it, inside a transaction that is not committed yet.</summary>
    void Run(SqliteSession session);

    /// <summary>Tells the caller that it is on disk.</summary>
    void Succeed();

    /// <summary>Tells the caller that nothing of it was kept. The first word counts.</summary>
    void Fail(Exception exception);
}

/// <summary>A piece of work with a result.</summary>
internal sealed class SqliteWrite<T>(Func<SqliteSession, T> work) : ISqliteWrite
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public void Run(SqliteSession session) => _result = work(session);

    public void Succeed() => _done.TrySetResult(_result!);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
