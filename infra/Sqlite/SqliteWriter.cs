using System.Threading.Channels;

namespace ControlPlane.Infra.Sqlite;

/// <summary>
/// The only writer. Whatever waits is run in one transaction, each piece under its own savepoint, and is told only
/// after the one commit that puts all of it on disk. So the price of a flush is shared, first come, first served.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int QueueLength = 4096;
    private const int LongestBatch = 512;

    private readonly Channel<ISqliteWrite> _queue = Channel.CreateBounded<ISqliteWrite>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true });

    private readonly SqliteSession _session;
    private readonly SqliteMetrics _metrics;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SqliteWriter(SqliteSession session, SqliteMetrics metrics)
    {
        _session = session;
        _metrics = metrics;
        metrics.QueueLength = () => _queue.Reader.Count;
        // A flush blocks; a thread of its own keeps that away from the pool, which has few on a small machine.
        new Thread(Run) { IsBackground = true, Name = "sqlite-writer" }.Start();
    }

    /// <summary>Runs a piece of work and returns when it is on disk. When it throws, nothing of it is kept.</summary>
    /// <param name="work">Reads and writes through the session it gets.</param>
    /// <param name="cancellation">Gives up waiting for a place in the queue; work that has a place is done.</param>
    public async Task<T> RunAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellation)
    {
        var write = new SqliteWrite<T>(work);
        await _queue.Writer.WriteAsync(write, cancellation);
        return await write.Done;
    }

    /// <summary>Finishes what waits, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _ended.Task;
        _session.Dispose();
    }

    private void Run()
    {
        List<ISqliteWrite> batch = new(LongestBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < LongestBatch && _queue.Reader.TryRead(out var write))
                batch.Add(write);
            RunBatch(batch);
            batch.Clear();
        }

        _ended.SetResult();
    }

    private void RunBatch(List<ISqliteWrite> batch)
    {
        using var measured = _metrics.Commit(batch.Count);
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
                RunOne(write);
            _session.Execute("COMMIT");
        }
        catch (Exception exception)
        {
            Rollback();
            foreach (var write in batch)
                write.Fail(exception);
            return;
        }

        foreach (var write in batch)
            write.Succeed();
    }

    private void RunOne(ISqliteWrite write)
    {
        _session.Execute("SAVEPOINT piece");
        try
        {
            write.Run(_session);
        }
        catch (Exception exception)
        {
            // When even this fails, SQLite has given up the whole transaction, and with it the batch.
            _session.Execute("ROLLBACK TO piece");
            write.Fail(exception);
        }

        _session.Execute("RELEASE piece");
    }

    private void Rollback()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // There is no transaction left: SQLite rolled it back by itself, or it never began.
        }
    }
}
