using SqlEngine.Answers;
using SqlEngine.Data;
using SqlEngine.Problems;
using SqlEngine.Scripts;
using SqlEngine.Sessions;

namespace SqlEngine.Jobs;

/// <summary>
/// Runs a job's script on a thread of its own: the databases work synchronously, and a slow script must not take a thread of
/// the pool. The bound on jobs bounds the threads.
/// </summary>
internal sealed class ScriptRunner(SessionPool sessions)
{
    /// <returns>What went wrong; null when the answer is complete.</returns>
    public async Task<Problem?> RunAsync(Job job, Answer answer)
    {
        try
        {
            if (job.Request.UsesOwnerSession && !sessions.KeepsSessions)
                return KnownProblems.NoOwnerSessions;
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
        var script = Script.Parse(job.Request.Sql);
        IConnection connection;
        try
        {
            connection = lease.Open(script.OnlyReads, job.Cancellation);
        }
        catch (SqlFailure failure)
        {
            return KnownProblems.DatabaseUnavailable(failure);
        }

        return new ScriptExecution(job, script, connection, answer).Run();
    }
}
