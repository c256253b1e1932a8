using SqlEngine.Data;

namespace SqlEngine.Sessions;

/// <summary>One script's use of a session.</summary>
internal sealed class SessionLease(Session session, IDatabase database, Action release) : IDisposable
{
    /// <summary>The session's connection, which works for the bearer of this token until the lease ends.</summary>
    /// <param name="onlyReads">Whether the script writes nothing.</param>
    /// <param name="cancellation">The token.</param>
    /// <exception cref="SqlFailure">The database cannot be reached or opened.</exception>
    public IConnection Open(bool onlyReads, CancellationToken cancellation)
    {
        var connection = session.Connection ??= database.Connect(onlyReads, cancellation);
        connection.UseFor(cancellation);
        return connection;
    }

    public void Dispose()
    {
        session.Connection?.EndUse();
        release();
    }
}
