using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using SqlEngine.Answers;
using SqlEngine.Options;
using SqlEngine.Problems;

namespace SqlEngine.Jobs;

/// <summary>Jobs whose callers do not wait: each runs, then its result is posted to the caller.</summary>
internal sealed partial class AsyncJobs(
    EngineOptions options, JobTable jobs, ScriptRunner scripts, CallbackSender callbacks, ILogger<AsyncJobs> logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, Task> _pending = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Starts the job, or says why not. Undelivered callbacks take room, too: nothing here grows without bound.</summary>
    public (Job? Job, Problem? Problem) TryStart(JobRequest request)
    {
        if (_pending.Count >= options.MaxJobs)
            return (null, KnownProblems.TooManyJobs);
        var (job, problem) = jobs.TryAdmit(request);
        if (job is null)
            return (null, problem);

        // A job must be listed before it can end, or it would stay listed.
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[job.GroupId] = RunAsync(job, listed.Task);
        listed.SetResult();
        return (job, null);
    }

    /// <summary>Completes when every callback is delivered or given up, provided that no job starts meanwhile.</summary>
    public Task WhenIdleAsync() => Task.WhenAll(_pending.Values);

    /// <summary>Gives up what is not delivered.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(Job job, Task listed)
    {
        await listed;
        try
        {
            var form = await ExecuteAsync(job);
            await callbacks.DeliverAsync(job, form, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            LogGivenUp(job.GroupId);
        }
        catch (Exception failure)
        {
            LogFailed(failure, job.GroupId);
        }
        finally
        {
            _pending.TryRemove(job.GroupId, out _);
        }
    }

    private async Task<Dictionary<string, string>> ExecuteAsync(Job job)
    {
        using var answer = new Answer(send: null);
        try
        {
            var problem = await scripts.RunAsync(job, answer);
            var form = new Dictionary<string, string>
            {
                ["stat"] = problem is null ? "succeeded" : "failed",
                [problem is null ? "res" : "msg"] = problem?.Detail ?? Encoding.UTF8.GetString(answer.Rest.Span),
                ["jobInfo"] = JsonSerializer.Serialize(JobView.Of(job), EngineJson.Readable.JobView),
            };
            if (problem is not null)
                form["code"] = problem.Code;
            return form;
        }
        finally
        {
            jobs.Remove(job);
        }
    }
}
