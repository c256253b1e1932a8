using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// What a client sends, as Kestrel reads it: straight from the socket, when Kestrel asks and the kernel has something.
/// Nothing is read ahead, so a slow application holds the client back through TCP itself.
/// </summary>
internal sealed class LoopReader(LoopSocket socket) : PipeReader, IValueTaskSource<ReadResult>
{
    private const int SmallBuffer = 4 * 1024;
    private const int LargeBuffer = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _start;
    private int _end;
    private bool _isExamined = true;
    private bool _hasEnded;
    private bool _wasFull;
    private volatile bool _isCanceled;

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        var isThere = HasSomething() || TryReceive();
        result = isThere ? Result() : default;
        return isThere;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
            return ReadCancellableAsync(cancellationToken);
        while (!HasSomething() && !TryReceive())
        {
            if (TryBeginWait())
                return new ValueTask<ReadResult>(this, socket.Readable.Version);
        }

        return ValueTask.FromResult(Result());
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // Every sequence handed out lies in one array, so a position's number is its place there.
        _start = consumed.GetInteger();
        _isExamined = examined.GetInteger() == _end;
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        _isCanceled = true;
        socket.Readable.Signal();
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => _hasEnded = true;

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        socket.Readable.GetResult(token);
        if (!_isCanceled)
            TryReceive();
        return Result();
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => socket.Readable.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        socket.Readable.OnCompleted(continuation, state, token, flags);

    private async ValueTask<ReadResult> ReadCancellableAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using (cancellation.UnsafeRegister(static it => ((Readiness)it!).Signal(), socket.Readable))
        {
            while (!HasSomething() && !TryReceive())
            {
                cancellation.ThrowIfCancellationRequested();
                if (TryBeginWait())
                    await socket.Readable.WaitBegunAsync();
            }
        }

        return Result();
    }

    private bool HasSomething() => _isCanceled || _hasEnded || (!_isExamined && _end > _start);

    private bool TryReceive()
    {
        MakeRoom();
        int count;
        try
        {
            count = socket.TryReceive(_buffer.AsSpan(_end));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            throw new ConnectionResetException(broken.Message, broken);
        }

        if (count == LoopSocket.NothingNow)
            return false;
        _end += count;
        _isExamined = false;
        _hasEnded = count == 0;
        _wasFull = _end == _buffer.Length;
        return true;
    }

    // Whoever waits with nothing at hand needs no large buffer meanwhile.
    private bool TryBeginWait()
    {
        if (_start == _end && _buffer.Length > SmallBuffer)
            Move(SmallBuffer);
        return socket.TryBeginWaitReadable();
    }

    private void MakeRoom()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_wasFull && _end == 0 && _buffer.Length < LargeBuffer)
            Move(LargeBuffer);
        else if (_end == _buffer.Length)
            Move(_start > 0 ? _buffer.Length : _buffer.Length * 2);
    }

    private void Move(int size)
    {
        var old = _buffer;
        _buffer = size == old.Length ? old : ArrayPool<byte>.Shared.Rent(size);
        old.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_buffer != old)
            ArrayPool<byte>.Shared.Return(old);
    }

    private ReadResult Result()
    {
        var isCanceled = _isCanceled;
        _isCanceled = false;
        return new ReadResult(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled, _hasEnded);
    }
}
