using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>A session that stays open between pieces of work, because it holds a lock or a snapshot.</summary>
internal sealed class HeldSession(PgConnection connection, string where) : IDisposable
{
    /// <summary>Opens one.</summary>
    public static async Task<HeldSession> OpenAsync(PgSettings settings, CancellationToken cancellation)
    {
        var where = $"Database {settings.Database}";
        return new HeldSession(await Blocking.RunAsync(() => PgConnection.Open(settings), where, cancellation), where);
    }

    /// <summary>Works in it.</summary>
    /// <exception cref="DatabaseFailedException">The server refused, or the session is lost.</exception>
    public Task<T> RunAsync<T>(Func<PgConnection, T> work, CancellationToken cancellation) =>
        Blocking.RunAsync(
            () =>
            {
                using var cancelling = cancellation.Register(connection.Cancel);
                return work(connection);
            },
            where,
            cancellation);

    /// <summary>Works in it.</summary>
    public Task RunAsync(Action<PgConnection> work, CancellationToken cancellation) =>
        RunAsync(
            session =>
            {
                work(session);
                return true;
            },
            cancellation);

    /// <summary>Ends it.</summary>
    public void Dispose() => connection.Dispose();
}
