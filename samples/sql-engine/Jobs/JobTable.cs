using SqlEngine.Lifecycle;
using SqlEngine.Options;
using SqlEngine.Problems;

namespace SqlEngine.Jobs;

/// <summary>The jobs that run now. A job gets in only while the engine takes work and has room.</summary>
internal sealed class JobTable(EngineOptions options, EngineLifecycle lifecycle, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Job> _running = [];
    private TaskCompletionSource? _idle;

    public int Count
    {
        get
        {
            lock (_gate)
                return _running.Count;
        }
    }

    /// <summary>Starts the job's life, or says why it may not start. The state is read under the lock that draining counts under.</summary>
    public (Job? Job, Problem? Problem) TryAdmit(JobRequest request)
    {
        lock (_gate)
        {
            var refusal = lifecycle.State switch
            {
                EngineState.Starting => KnownProblems.Starting(lifecycle.StartsWithin),
                EngineState.Migrating => KnownProblems.Migrating,
                EngineState.Draining or EngineState.Stopping => KnownProblems.Draining,
                _ => _running.Count >= options.MaxJobs ? KnownProblems.TooManyJobs : null,
            };
            if (refusal is not null)
                return (null, refusal);

            var job = new Job(request, time);
            _running.Add(job.GroupId, job);
            return (job, null);
        }
    }

    /// <summary>Ends the job's life. Doing it again does nothing.</summary>
    public void Remove(Job job)
    {
        lock (_gate)
        {
            if (!_running.Remove(job.GroupId))
                return;
            if (_running.Count == 0)
                _idle?.TrySetResult();
        }

        job.Dispose();
    }

    public IReadOnlyList<Job> Running()
    {
        lock (_gate)
            return [.. _running.Values];
    }

    /// <summary>Cancels the job of this id, or else all jobs of this name.</summary>
    public void Kill(string? groupId, string? jobName)
    {
        foreach (var job in Running())
        {
            if (string.IsNullOrEmpty(groupId) ? !string.IsNullOrEmpty(jobName) && job.Request.JobName == jobName : job.GroupId == groupId)
                job.Cancel(CancelCause.Killed);
        }
    }

    public void CancelAll(CancelCause cause)
    {
        foreach (var job in Running())
            job.Cancel(cause);
    }

    /// <summary>Completes when no job runs.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (_running.Count == 0)
                return Task.CompletedTask;
            if (_idle is null || _idle.Task.IsCompleted)
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }
}
