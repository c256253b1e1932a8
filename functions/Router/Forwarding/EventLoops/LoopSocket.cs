using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// A connected socket on an event loop. One party receives and one sends at a time; <see cref="Shutdown"/> may come from
/// anywhere and ends both.
/// </summary>
internal sealed class LoopSocket : IWire, IValueTaskSource<int>
{
    /// <summary>What <see cref="TryReceive"/> returns when there is nothing now.</summary>
    public const int NothingNow = -1;

    // How often a socket may be read in one round of its loop while others wait.
    private const int ReceivesARound = 16;

    private readonly Socket _socket;
    private readonly EventLoop _loop;
    private readonly Action? _onEnd;
    private volatile bool _hasEnded;
    private bool _isWatched;
    private Memory<byte> _room;
    private int _round;
    private int _receives;

    /// <summary>Takes over a socket that is connected. It is watched from the first wait on.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="loop">The loop that watches it.</param>
    /// <param name="onEnd">Called on the loop when the other side has ended or reset the connection, perhaps repeatedly.</param>
    public LoopSocket(Socket socket, EventLoop loop, Action onEnd)
        : this(socket, loop, isConnected: true) => _onEnd = onEnd;

    private LoopSocket(Socket socket, EventLoop loop, bool isConnected)
    {
        _socket = socket;
        _loop = loop;
        Writable = new Readiness(isConnected);
        Descriptor = (int)Handle.DangerousGetHandle();
    }

    /// <summary>Whether receiving is worth trying.</summary>
    public Readiness Readable { get; } = new(isReady: false);

    /// <summary>Whether sending is worth trying.</summary>
    public Readiness Writable { get; }

    /// <summary>The socket's handle.</summary>
    public SafeSocketHandle Handle => _socket.SafeHandle;

    /// <summary>The number of the handle.</summary>
    public int Descriptor { get; }

    /// <summary>Tells this socket from an earlier one with the same number.</summary>
    public uint Generation { get; set; }

    /// <summary>Opens a connection on a loop.</summary>
    /// <exception cref="SocketException">It was refused.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<LoopSocket> ConnectAsync(Socket socket, EndPoint address, EventLoop loop, CancellationToken cancellation)
    {
        socket.Blocking = false;
        var bytes = address.Serialize();
        if (Libc.Connect(socket.SafeHandle, ref MemoryMarshal.GetReference(bytes.Buffer.Span), bytes.Size) < 0
            && Marshal.GetLastPInvokeError() != Libc.InProgress)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        var connecting = new LoopSocket(socket, loop, isConnected: false);
        try
        {
            connecting.Watch();
            using (cancellation.UnsafeRegister(static it => ((LoopSocket)it!).Shutdown(), connecting))
                await connecting.Writable.WaitAsync();
            cancellation.ThrowIfCancellationRequested();
            if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int and not 0 and var error)
                throw new SocketException(error);
            return connecting;
        }
        catch
        {
            connecting.Dispose();
            throw;
        }
    }

    /// <summary>Receives what is there: the number of bytes, 0 at the end, or <see cref="NothingNow"/>.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public int TryReceive(Span<byte> room)
    {
        if (!Readable.TryClaim() || IsOutOfTurn())
            return NothingNow;

        var count = (int)Libc.Receive(Handle, ref MemoryMarshal.GetReference(room), room.Length, Libc.DontWait);
        if (count < 0)
            return Marshal.GetLastPInvokeError() == Libc.TryAgain ? NothingNow : throw Failure(Marshal.GetLastPInvokeError());

        // Less than asked for means that the next bytes will be signalled (epoll(7), question 9); an end is not twice.
        if (count == room.Length || _hasEnded)
            Readable.Signal();
        return count;
    }

    /// <summary>Sends what the kernel takes now and returns how many bytes that is.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (!Writable.TryClaim())
            return 0;

        var count = (int)Libc.Send(Handle, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.DontWait | Libc.NoSignal);
        if (count < 0)
            return Marshal.GetLastPInvokeError() == Libc.TryAgain ? 0 : throw Failure(Marshal.GetLastPInvokeError());
        if (count == bytes.Length || _hasEnded)
            Writable.Signal();
        return count;
    }

    /// <summary>
    /// Begins to wait until receiving is worth trying; false when it is already. Watching begins with the first wait, so
    /// that what comes in first is also met on the loop's thread.
    /// </summary>
    public bool TryBeginWaitReadable()
    {
        var isWaiting = Readable.TryBeginWait();
        if (!_isWatched)
            Watch();
        return isWaiting;
    }

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> room)
    {
        var count = TryReceive(room.Span);
        if (count != NothingNow)
            return ValueTask.FromResult(count);
        _room = room;
        return Readable.TryBeginWait() ? new ValueTask<int>(this, Readable.Version) : ValueTask.FromResult(NothingNow);
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var count = TrySend(bytes.Span);
        return count == bytes.Length ? default : SendLaterAsync(bytes[count..]);
    }

    /// <inheritdoc/>
    public bool IsQuiet()
    {
        if (_hasEnded)
            return false;

        // On its own loop, what came in before this round has been signalled.
        if (EventLoop.Current == _loop && !Readable.IsReady)
            return true;
        byte next = 0;
        return Libc.Receive(Handle, ref next, 1, Libc.DontWait | Libc.Peek) < 0 && Marshal.GetLastPInvokeError() == Libc.TryAgain;
    }

    /// <inheritdoc/>
    public void Shutdown() => TryShutdown(Libc.ShutdownBoth);

    /// <summary>Makes the close a reset, so that the other side cannot take it for an orderly end, and ends receiving.</summary>
    public void ShutdownWithReset()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It is closed, or broken anyway.
        }

        TryShutdown(Libc.ShutdownReceive);
    }

    /// <summary>Takes over what the kernel reported.</summary>
    public void OnChange(uint events)
    {
        const uint ends = Libc.EpollPeerClosed | Libc.EpollHangUp | Libc.EpollError;
        if ((events & ends) != 0)
        {
            _hasEnded = true;
            _onEnd?.Invoke();
        }

        if ((events & (Libc.EpollOut | Libc.EpollHangUp | Libc.EpollError)) != 0)
            Writable.Signal();
        if ((events & (Libc.EpollIn | ends)) != 0)
            Readable.Signal();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Detach(this);
        _socket.Dispose();
    }

    // The socket is itself what a receive waits for: the bytes are fetched when the waiter asks for the result.
    int IValueTaskSource<int>.GetResult(short token)
    {
        Readable.GetResult(token);
        return TryReceive(_room.Span);
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => Readable.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        Readable.OnCompleted(continuation, state, token, flags);

    private static SocketException Failure(int error) => error switch
    {
        Libc.ConnectionReset or Libc.BrokenPipe => new SocketException((int)SocketError.ConnectionReset),
        _ => new SocketException((int)SocketError.SocketError, $"The system refused with error {error}."),
    };

    // Without this, one long body that both sides keep up with would have the loop to itself.
    private bool IsOutOfTurn()
    {
        if (EventLoop.Current != _loop)
            return false;
        if (_round != _loop.Round)
            (_round, _receives) = (_loop.Round, 0);
        if (++_receives <= ReceivesARound)
            return false;
        _loop.Defer(Readable);
        return true;
    }

    private async ValueTask SendLaterAsync(ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            await Writable.WaitAsync();
            rest = rest[TrySend(rest.Span)..];
        }
    }

    private void Watch()
    {
        _isWatched = true;
        _loop.Attach(this);
    }

    // The kernel wakes both sides; that it had been shut down already is no matter.
    private void TryShutdown(int how)
    {
        try
        {
            _ = Libc.Shutdown(Handle, how);
        }
        catch (ObjectDisposedException)
        {
            // Closed between.
        }
    }
}
