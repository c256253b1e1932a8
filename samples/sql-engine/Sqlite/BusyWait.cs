using SQLitePCL;

namespace SqlEngine.Sqlite;

/// <summary>
/// Waits for a lock that another connection holds. SQLite's own busy handler does the same, but cannot be cancelled.
/// </summary>
internal struct BusyWait(CancellationToken cancellation)
{
    private const int LongestWaitMilliseconds = 5_000;
    private const int LongestPauseMilliseconds = 50;

    private readonly long _start = Environment.TickCount64;
    private int _pauseMilliseconds = 1;

    /// <summary>Pauses when the result says that a lock is held and may be freed.</summary>
    /// <returns>False when another try would not help, the wait is over, or it was cancelled.</returns>
    public bool ShouldRetry(int result)
    {
        // A snapshot that is too old stays so: the transaction that holds it has to end first.
        var isHeld = (result & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED && result != raw.SQLITE_BUSY_SNAPSHOT;
        if (!isHeld || Environment.TickCount64 - _start > LongestWaitMilliseconds)
            return false;

        var isCancelled = cancellation.WaitHandle.WaitOne(_pauseMilliseconds);
        _pauseMilliseconds = Math.Min(_pauseMilliseconds * 2, LongestPauseMilliseconds);
        return !isCancelled;
    }
}
