using SqlEngine.Sqlite;

namespace SqlEngine.Sessions;

/// <summary>One script's use of a session.</summary>
internal sealed class SessionLease(Session session, Database database, Action release) : IDisposable
{
    /// <summary>The session's connection, which works for the bearer of this token until the lease ends.</summary>
    public Connection Open(CancellationToken cancellation)
    {
        var connection = session.Connection ??= database.Connect();
        connection.UseFor(cancellation);
        return connection;
    }

    public void Dispose()
    {
        if (session.Connection is { } connection)
        {
            connection.UseFor(CancellationToken.None);
            if (connection.HasOpenTransaction)
                connection.Execute("rollback");
        }

        release();
    }
}
