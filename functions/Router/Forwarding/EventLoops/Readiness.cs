using System.Threading.Tasks.Sources;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// Whether one direction of a socket is worth a system call, and the one waiter for that. The loop signals; one other
/// party claims and waits. The waiter goes on, on the loop's thread, within the signal.
/// </summary>
/// <param name="isReady">Whether an attempt is worth it before the first signal.</param>
internal sealed class Readiness(bool isReady) : IValueTaskSource
{
    private const int NotReady = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private int _state = isReady ? Ready : NotReady;
    private ManualResetValueTaskSourceCore<bool> _waiter;

    /// <summary>Whether a signal has come since the last claim.</summary>
    public bool IsReady => Volatile.Read(ref _state) == Ready;

    /// <summary>
    /// Takes the readiness before an attempt, so that a signal during the attempt is not lost; false when an attempt is
    /// not worth it.
    /// </summary>
    public bool TryClaim() => IsReady && Interlocked.CompareExchange(ref _state, NotReady, Ready) == Ready;

    /// <summary>Says that the next attempt may succeed, and lets the waiter go on.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _state, Ready) == Waiting)
            _waiter.SetResult(true);
    }

    /// <summary>Begins to wait for the next signal; false when it has come already. One waiter at a time.</summary>
    public bool TryBeginWait()
    {
        _waiter.Reset();
        return Interlocked.CompareExchange(ref _state, Waiting, NotReady) == NotReady;
    }

    /// <summary>Waits for the next signal, or not at all when it has come already.</summary>
    public ValueTask WaitAsync() => TryBeginWait() ? WaitBegunAsync() : default;

    /// <summary>The wait that has just been begun.</summary>
    public ValueTask WaitBegunAsync() => new(this, Version);

    /// <summary>The version of the wait, as its token.</summary>
    public short Version => _waiter.Version;

    /// <inheritdoc/>
    public void GetResult(short token) => _waiter.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _waiter.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);
}
