using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>Work that waits for the server without giving its thread back, on a thread of its own.</summary>
internal static class Blocking
{
    private const string Cancelled = "57014";

    /// <summary>Runs it, and turns the server's refusal into what the port says.</summary>
    /// <param name="work">The work.</param>
    /// <param name="where">How the message of a refusal begins.</param>
    /// <param name="cancellation">Gives up; the work must end itself at that.</param>
    public static async Task<T> RunAsync<T>(Func<T> work, string where, CancellationToken cancellation)
    {
        try
        {
            return await Task.Factory.StartNew(
                work, cancellation, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
        catch (PgFailure failure) when (cancellation.IsCancellationRequested && (failure.SqlState == Cancelled || failure.IsConnectionLost))
        {
            throw new OperationCanceledException(failure.Message, failure, cancellation);
        }
        catch (PgFailure failure)
        {
            var detail = failure.Detail is null ? "" : $" ({failure.Detail})";
            throw new DatabaseFailedException($"{where}: {failure.Message}{detail}", failure) { Code = failure.SqlState, IsPassing = IsPassing(failure) };
        }
    }

    /// <summary>Source of the classes: PostgreSQL, appendix A: connection exception, and the server's own going and coming.</summary>
    private static bool IsPassing(PgFailure failure) =>
        failure.SqlState.StartsWith("08", StringComparison.Ordinal) || failure.SqlState.StartsWith("57P", StringComparison.Ordinal);
}
