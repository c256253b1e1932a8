namespace ControlPlane.Durable.Embedded;

/// <summary>Knows when the next timer is due, and sleeps until then.</summary>
internal sealed class TimerClock(TimeProvider time)
{
    // A sleep does not see that the clock was set; so it is never longer than this.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Signal _woken = new(time);
    private DateTimeOffset _earliest = DateTimeOffset.MaxValue;

    /// <summary>Tells of a timer that was added.</summary>
    public void Hint(DateTimeOffset due)
    {
        lock (_gate)
        {
            if (due >= _earliest)
                return;
            _earliest = due;
        }

        _woken.Set();
    }

    /// <summary>Lets whoever sleeps look at the store at once.</summary>
    public void Look() => Hint(DateTimeOffset.MinValue);

    /// <summary>Begins a look at the store: hints that come from now on are new.</summary>
    public void Forget()
    {
        lock (_gate)
            _earliest = DateTimeOffset.MaxValue;
    }

    /// <summary>Sleeps until the next timer is due, or one is added that is due sooner. It may return too early.</summary>
    /// <param name="nextDue">What the store said; null for none.</param>
    /// <param name="cancellation">Wakes it for good.</param>
    public Task SleepAsync(DateTimeOffset? nextDue, CancellationToken cancellation)
    {
        var left = LeftUntil(nextDue);
        if (left is null)
            return _woken.WaitAsync(Timeout.InfiniteTimeSpan, cancellation);
        return left <= TimeSpan.Zero
            ? Task.CompletedTask
            : _woken.WaitAsync(left < LongestSleep ? left.Value : LongestSleep, cancellation);
    }

    private TimeSpan? LeftUntil(DateTimeOffset? nextDue)
    {
        lock (_gate)
        {
            if (nextDue < _earliest)
                _earliest = nextDue.Value;
            return _earliest == DateTimeOffset.MaxValue ? null : _earliest - time.GetUtcNow();
        }
    }
}
