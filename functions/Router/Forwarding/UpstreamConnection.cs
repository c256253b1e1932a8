using System.Buffers;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// One open connection to a backend, with the buffers of the exchange on it. One exchange uses it at a time; only
/// <see cref="Abort"/> and <see cref="AbortIfOverdue"/> may be called from elsewhere meanwhile.
/// </summary>
internal sealed class UpstreamConnection(IWire wire, int pool, CoarseClock clock) : IDisposable
{
    /// <summary>The size of the receive buffer that every connection keeps, in bytes.</summary>
    public const int SmallBuffer = 8 * 1024;

    // Larger than the longest head, and long bodies need fewer system calls.
    private const int LargeBuffer = 64 * 1024;
    private const long NoDeadline = long.MaxValue;

    private readonly byte[] _small = new byte[SmallBuffer];
    private byte[]? _large;
    private int _start;
    private int _end;
    private long _deadline = NoDeadline;
    private int _cause;

    /// <summary>The pool that it goes back to.</summary>
    public int Pool => pool;

    /// <summary>The request as it is being written.</summary>
    public RequestBuffer Request { get; } = new();

    /// <summary>The head of the answer as it is being read.</summary>
    public ResponseHead Head { get; } = new();

    /// <summary>Whether the exchange left it so that another may follow.</summary>
    public bool MayBeReused { get; set; }

    /// <summary>Whether the head of the answer has been put onto the response.</summary>
    public bool HasAnswered { get; set; }

    /// <summary>Whether the backend has ended its side.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The sending of a body that is not sent with the head; its result says whether all was sent.</summary>
    public Task<bool>? Upload { get; set; }

    /// <summary>When it was last given back, in the clock's ticks.</summary>
    public long IdleSince { get; private set; }

    /// <summary>Why it was aborted, if it was.</summary>
    public AbortCause Cause => (AbortCause)Volatile.Read(ref _cause);

    /// <summary>The bytes received and not yet consumed.</summary>
    public ReadOnlySpan<byte> Received => Buffer.AsSpan(_start, _end - _start);

    private byte[] Buffer => _large ?? _small;

    /// <inheritdoc cref="IWire.IsQuiet"/>
    public bool IsQuiet() => wire.IsQuiet();

    /// <summary>Makes it ready for the next exchange, and lets go of what only a large one needs.</summary>
    public void Reset()
    {
        _start = _end = 0;
        if (_large is { } large)
        {
            _large = null;
            ArrayPool<byte>.Shared.Return(large);
        }

        Request.Reset();
        Head.Reset();
        MayBeReused = HasAnswered = false;
        Upload = null;
        Volatile.Write(ref _deadline, NoDeadline);
        IdleSince = clock.Now;
    }

    /// <inheritdoc cref="IWire.SendAsync"/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => wire.SendAsync(bytes);

    /// <summary>Receives what is there or comes next; the caller passes the count to <see cref="Accept"/>.</summary>
    public ValueTask<int> ReceiveAsync()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == Buffer.Length)
            Widen();
        return wire.ReceiveAsync(Buffer.AsMemory(_end));
    }

    /// <summary>Takes over what <see cref="ReceiveAsync"/> returned.</summary>
    public void Accept(int count)
    {
        _end += Math.Max(count, 0);
        HasEnded = count == 0;
    }

    /// <summary>Drops that many of the received bytes, from the front.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Drops the head that was read, so that the next one begins where the buffer does.</summary>
    public void SkipInterimHead()
    {
        var rest = Received[Head.Length..];
        rest.CopyTo(Buffer);
        _end = rest.Length;
        Head.Reset();
    }

    /// <summary>Makes room for large reads.</summary>
    public void Widen()
    {
        if (_large is not null)
            return;
        var large = ArrayPool<byte>.Shared.Rent(LargeBuffer);
        Received.CopyTo(large);
        (_large, _start, _end) = (large, 0, _end - _start);
    }

    /// <summary>Aborts it unless the deadline is moved before that many of the clock's ticks have passed.</summary>
    public void ExpectWithin(long ticks) => Volatile.Write(ref _deadline, clock.Now + ticks);

    /// <summary>Aborts it when its deadline has passed.</summary>
    public void AbortIfOverdue(long now)
    {
        var deadline = Volatile.Read(ref _deadline);
        if (deadline <= now && Interlocked.CompareExchange(ref _deadline, NoDeadline, deadline) == deadline)
            Abort(AbortCause.Overdue);
    }

    /// <summary>Closes it at once, which ends every send and receive on it with an exception. The first cause counts.</summary>
    public void Abort(AbortCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, (int)cause, (int)AbortCause.None) == (int)AbortCause.None)
            wire.Shutdown();
    }

    /// <summary>Closes it. Its large buffer is left to the collector: a receive may not have noticed yet.</summary>
    public void Dispose() => wire.Dispose();
}
