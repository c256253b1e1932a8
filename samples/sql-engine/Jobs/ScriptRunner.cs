using SqlEngine.Answers;
using SqlEngine.Problems;
using SqlEngine.Scripts;
using SqlEngine.Sessions;
using SqlEngine.Sqlite;

namespace SqlEngine.Jobs;

/// <summary>
/// Runs a job's script on a thread of its own: SQLite works synchronously, and a slow script must not take a thread of
/// the pool. The bound on jobs bounds the threads.
/// </summary>
internal sealed class ScriptRunner(SessionPool sessions)
{
    /// <returns>What went wrong; null when the answer is complete.</returns>
    public async Task<Problem?> RunAsync(Job job, Answer answer)
    {
        try
        {
            using var lease = await sessions.AcquireAsync(job.Request, job.Cancellation);
            if (lease is null)
                return KnownProblems.TooManySessions;
            return await Task.Factory.StartNew(
                () => Run(job, lease, answer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (OperationCanceledException) when (job.Cancellation.IsCancellationRequested)
        {
            return KnownProblems.Cancelled(job.CancelCause);
        }
        catch (AnswerTooLargeException)
        {
            return KnownProblems.AnswerTooLarge;
        }
    }

    private static Problem? Run(Job job, SessionLease lease, Answer answer)
    {
        Connection connection;
        try
        {
            connection = lease.Open(job.Cancellation);
        }
        catch (SqliteFailure failure)
        {
            return KnownProblems.DatabaseUnavailable(failure);
        }

        return new ScriptExecution(job, Script.Parse(job.Request.Sql), connection, answer).Run();
    }
}
