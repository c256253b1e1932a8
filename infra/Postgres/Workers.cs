using System.Collections.Concurrent;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>Several sessions that see the same moment of a database, and share work among them.</summary>
internal static class Workers
{
    /// <summary>Begins a transaction, and gives the name of the moment that it sees. It lasts as long as the transaction.</summary>
    public static string BeginMoment(PgConnection connection) =>
        connection.Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot()").Scalar!;

    /// <summary>Does each piece of work once, each worker one after the other.</summary>
    /// <param name="sessions">The administrator's sessions.</param>
    /// <param name="database">The database that is read.</param>
    /// <param name="snapshot">The moment, as <c>pg_export_snapshot</c> named it.</param>
    /// <param name="count">How many workers, from 1.</param>
    /// <param name="pieces">The work.</param>
    /// <param name="open">What a worker needs beside its session.</param>
    /// <param name="work">Does one piece.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task RunAsync<TPiece, TTool>(
        AdminSessions sessions,
        string database,
        string snapshot,
        int count,
        IEnumerable<TPiece> pieces,
        Func<TTool> open,
        Action<PgConnection, TTool, TPiece> work,
        CancellationToken cancellation)
        where TTool : IDisposable
    {
        var queue = new ConcurrentQueue<TPiece>(pieces);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(Enumerable.Range(0, Math.Max(1, count)).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            try
            {
                await sessions.RunAsync(database, Work, failed.Token, sessions.Options.CopyLimit);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Another worker has failed, and says why.
            }
            catch (Exception)
            {
                await failed.CancelAsync();
                throw;
            }
        }

        void Work(PgConnection connection)
        {
            using var tool = open();
            connection.Execute($"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT {SqlText.Literal(snapshot)}");
            while (!failed.IsCancellationRequested && queue.TryDequeue(out var piece))
                work(connection, tool, piece);
            failed.Token.ThrowIfCancellationRequested();
        }
    }
}
