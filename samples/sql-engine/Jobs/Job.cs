namespace SqlEngine.Jobs;

/// <summary>A script that runs, or waits for its owner's session.</summary>
internal sealed class Job : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly ITimer? _timeout;
    private int _cause;

    public Job(JobRequest request, TimeProvider time)
    {
        Request = request;
        StartedAt = time.GetUtcNow();
        GroupId = Guid.CreateVersion7(StartedAt).ToString();
        if (request.Timeout is { } timeout)
            _timeout = time.CreateTimer(_ => Cancel(CancelCause.TimedOut), null, timeout, System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>The job's id, by the peer's name for it.</summary>
    public string GroupId { get; }

    public JobRequest Request { get; }

    public DateTimeOffset StartedAt { get; }

    public JobProgress Progress { get; set; } = new(0, 0, "");

    /// <summary>Cancelled when the job has to end, for any cause.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>The first cause that cancelled the job.</summary>
    public CancelCause CancelCause => (CancelCause)Volatile.Read(ref _cause);

    public void Cancel(CancelCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, (int)cause, (int)CancelCause.None) != (int)CancelCause.None)
            return;
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The job has just ended by itself: there is nothing left to cancel.
        }
    }

    public void Dispose()
    {
        _timeout?.Dispose();
        _cancellation.Dispose();
    }
}
