using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// A connected socket on an event loop. One party receives and one sends at a time; <see cref="Shutdown"/> may come from
/// anywhere and ends both.
/// </summary>
internal sealed class LoopSocket : IWire
{
    /// <summary>What <see cref="TryReceive"/> returns when there is nothing now.</summary>
    public const int NothingNow = -1;

    // How often a socket may be read in one round of its loop while others wait.
    private const int ReceivesARound = 16;

    private readonly Socket _socket;
    private readonly EventLoop _loop;
    private readonly Readiness _readable = new(isReady: false);
    private readonly Readiness _writable;
    private volatile bool _hasEnded;
    private int _round;
    private int _receives;

    /// <summary>Takes over a socket that is connected.</summary>
    public LoopSocket(Socket socket, EventLoop loop)
        : this(socket, loop, isConnected: true)
    {
    }

    private LoopSocket(Socket socket, EventLoop loop, bool isConnected)
    {
        _socket = socket;
        _loop = loop;
        _writable = new Readiness(isConnected);
        Descriptor = (int)Handle.DangerousGetHandle();
        loop.Attach(this);
    }

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
            using (cancellation.UnsafeRegister(static it => ((LoopSocket)it!).Shutdown(), connecting))
                await connecting._writable.WaitAsync();
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
        if (!_readable.TryClaim() || IsOutOfTurn())
            return NothingNow;

        var count = (int)Libc.Receive(Handle, ref MemoryMarshal.GetReference(room), room.Length, Libc.DontWait);
        if (count < 0)
            return Marshal.GetLastPInvokeError() == Libc.TryAgain ? NothingNow : throw Failure(Marshal.GetLastPInvokeError());

        // Less than asked for means that the next bytes will be signalled (epoll(7), question 9); an end is not twice.
        if (count == room.Length || _hasEnded)
            _readable.Signal();
        return count;
    }

    /// <summary>Waits until receiving is worth trying again.</summary>
    public ValueTask WaitReadableAsync() => _readable.WaitAsync();

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> room)
    {
        var count = TryReceive(room.Span);
        return count == NothingNow ? ReceiveLaterAsync(room) : ValueTask.FromResult(count);
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
        if (EventLoop.Current == _loop && !_readable.IsReady)
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
            _hasEnded = true;
        if ((events & (Libc.EpollOut | Libc.EpollHangUp | Libc.EpollError)) != 0)
            _writable.Signal();
        if ((events & (Libc.EpollIn | ends)) != 0)
            _readable.Signal();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Detach(this);
        _socket.Dispose();
    }

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
        _loop.Defer(_readable);
        return true;
    }

    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (!_writable.TryClaim())
            return 0;

        var count = (int)Libc.Send(Handle, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.DontWait | Libc.NoSignal);
        if (count < 0)
            return Marshal.GetLastPInvokeError() == Libc.TryAgain ? 0 : throw Failure(Marshal.GetLastPInvokeError());
        if (count == bytes.Length || _hasEnded)
            _writable.Signal();
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveLaterAsync(Memory<byte> room)
    {
        while (true)
        {
            await _readable.WaitAsync();
            var count = TryReceive(room.Span);
            if (count != NothingNow)
                return count;
        }
    }

    private async ValueTask SendLaterAsync(ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            await _writable.WaitAsync();
            rest = rest[TrySend(rest.Span)..];
        }
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
