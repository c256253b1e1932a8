namespace ControlPlane.Functions.Signals;

/// <summary>Remembers the last good answer of one source. It keeps its own time, so that it ages while the source fails.</summary>
internal sealed partial class SourceWatch(Source source, SourceClient client, TimeProvider time, ILogger log)
{
    /// <summary>Whoever asks within this time of the last question shares its answer.</summary>
    private static readonly TimeSpan SharedFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ILogger _log = log;
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;
    private volatile SourceAnswer? _lastGood;
    private volatile bool _isFailing;

    /// <summary>The last good answer; null before the first.</summary>
    public SourceAnswer? LastGood => _lastGood;

    /// <summary>Whether there was no answer to the last question. It is then not worth waiting for the next one.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>How long nobody has asked it; null while nobody ever has.</summary>
    public TimeSpan? UnaskedFor
    {
        get
        {
            lock (_gate)
                return _askedAt is { } at ? time.GetElapsedTime(at) : null;
        }
    }

    /// <summary>Asks, unless somebody is asking or just has. Ends with the answer; never fails.</summary>
    public Task RefreshAsync()
    {
        lock (_gate)
        {
            if (_asking.IsCompleted && !(UnaskedFor < SharedFor))
            {
                _askedAt = time.GetTimestamp();
                _asking = Task.Run(AskAsync);
            }

            return _asking;
        }
    }

    private async Task AskAsync()
    {
        var answer = await client.AskAsync(source);
        if (answer.Fault is null)
            _lastGood = answer;
        if (answer.Fault is { } fault && !_isFailing)
            LogFailing(source, fault);
        if (answer.Fault is null && _isFailing)
            LogBack(source);
        _isFailing = answer.Fault is not null;
    }
}
