using System.Collections.Concurrent;
using ControlPlane.Infra.Postgres.Client;

namespace SqlEngine.Postgres;

/// <summary>The sessions of one account, used by one script after the other.</summary>
/// <param name="settings">Where and as whom.</param>
/// <param name="most">How many there may be at once, from 1; more scripts wait.</param>
internal sealed class ConnectionPool(PgSettings settings, int most) : IDisposable
{
    private readonly SemaphoreSlim _places = new(most);
    private readonly ConcurrentStack<PgConnection> _idle = [];

    /// <summary>A session that the server answers on, a kept one or a new one.</summary>
    /// <exception cref="PostgresFailure">The server refused it, or cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The wait for a place was cancelled.</exception>
    public PgConnection Take(CancellationToken cancellation)
    {
        _places.Wait(cancellation);
        try
        {
            return TakeIdle() ?? PgConnection.Open(settings);
        }
        catch (PgFailure failure)
        {
            _places.Release();
            throw new PostgresFailure(failure);
        }
    }

    /// <summary>Gives a session back.</summary>
    /// <param name="connection">The session.</param>
    /// <param name="isSound">Whether another script may use it.</param>
    public void Return(PgConnection connection, bool isSound)
    {
        if (isSound)
            _idle.Push(connection);
        else
            connection.Dispose();
        _places.Release();
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var connection))
            connection.Dispose();
        _places.Dispose();
    }

    private PgConnection? TakeIdle()
    {
        while (_idle.TryPop(out var connection))
        {
            if (Answers(connection))
                return connection;
            connection.Dispose();
        }

        return null;
    }

    // The server may have ended the session while nobody looked. That has to come out before a statement is sent: of one
    // that was sent, nobody could say whether it was done, and so it could not be sent again.
    private static bool Answers(PgConnection connection)
    {
        try
        {
            connection.Execute("");
            return true;
        }
        catch (PgFailure)
        {
            return false;
        }
    }
}
