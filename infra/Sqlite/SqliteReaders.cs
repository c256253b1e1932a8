using System.Collections.Concurrent;

namespace ControlPlane.Infra.Sqlite;

/// <summary>A few connections for reading. Each piece of work sees one state of the file, whatever is written meanwhile.</summary>
/// <param name="open">Opens another one.</param>
internal sealed class SqliteReaders(Func<SqliteSession> open) : IDisposable
{
    private const int Most = 4;

    private readonly SemaphoreSlim _free = new(Most);
    private readonly ConcurrentBag<SqliteSession> _idle = [];

    public async Task<T> RunAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            if (!_idle.TryTake(out var session))
                session = open();
            var result = Run(session, work);
            _idle.Add(session);
            return result;
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
            session.Dispose();
        _free.Dispose();
    }

    private static T Run<T>(SqliteSession session, Func<SqliteSession, T> work)
    {
        try
        {
            session.Execute("BEGIN");
            var result = work(session);
            session.Execute("COMMIT");
            return result;
        }
        catch
        {
            // Its state is unknown; the next reader opens a new one.
            session.Dispose();
            throw;
        }
    }
}
