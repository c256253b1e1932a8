using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// What Kestrel sends to a client: gathered in one buffer and sent with the flush, on the thread that flushes. A flush
/// ends when the kernel has taken everything, so a slow client holds the application back.
/// </summary>
internal sealed class LoopWriter(LoopSocket socket) : PipeWriter
{
    private const int SmallBuffer = 4 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _sent;
    private int _length;
    private volatile bool _isBroken;
    private volatile bool _isCanceled;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _length - _sent;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = _length + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length)
            Resize(Math.Max(needed, _buffer.Length * 2));
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _length += bytes;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        TrySend() ? ValueTask.FromResult(new FlushResult(isCanceled: false, _isBroken)) : FlushLaterAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        _isCanceled = true;
        socket.Writable.Signal();
    }

    /// <summary>Lets every flush end: nothing more is sent.</summary>
    public void Break()
    {
        _isBroken = true;
        socket.Writable.Signal();
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => TrySend();

    private async ValueTask<FlushResult> FlushLaterAsync(CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static it => ((Readiness)it!).Signal(), socket.Writable))
        {
            while (!TrySend())
            {
                cancellation.ThrowIfCancellationRequested();
                if (_isCanceled)
                {
                    _isCanceled = false;
                    return new FlushResult(isCanceled: true, isCompleted: false);
                }

                await socket.Writable.WaitAsync();
            }
        }

        return new FlushResult(isCanceled: false, _isBroken);
    }

    // True when nothing is left to send, be it that nobody takes it.
    private bool TrySend()
    {
        try
        {
            if (!_isBroken && _sent < _length)
                _sent += socket.TrySend(_buffer.AsSpan(_sent, _length - _sent));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            _isBroken = true;
        }

        if (!_isBroken && _sent < _length)
            return false;
        _sent = _length = 0;
        if (_buffer.Length > SmallBuffer)
            Resize(SmallBuffer);
        return true;
    }

    private void Resize(int size)
    {
        var old = _buffer;
        _buffer = ArrayPool<byte>.Shared.Rent(size);
        old.AsSpan(0, _length).CopyTo(_buffer);
        ArrayPool<byte>.Shared.Return(old);
    }
}
