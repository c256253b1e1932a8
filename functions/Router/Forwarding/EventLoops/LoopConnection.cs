using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// A client's connection as Kestrel sees it. Its requests begin on the thread of its event loop and stay there unless
/// the application leaves it.
/// </summary>
internal sealed class LoopConnection : DefaultConnectionContext, IMemoryPoolFeature
{
    private static long _lastNumber;

    private readonly LoopSocket _socket;
    private readonly LoopWriter _writer;
    private readonly CancellationTokenSource _closed = new();
    private int _isClosing;
    private volatile bool _isAborted;

    /// <summary>Takes over an accepted socket. It is watched from Kestrel's first read on.</summary>
    public LoopConnection(Socket socket, EventLoop loop, MemoryPool<byte> pool)
        : base(Interlocked.Increment(ref _lastNumber).ToString(CultureInfo.InvariantCulture))
    {
        MemoryPool = pool;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Features.Set<IMemoryPoolFeature>(this);
        _socket = new LoopSocket(socket, loop, BeginClose);
        _writer = new LoopWriter(_socket);
        Transport = new Duplex(new LoopReader(_socket), _writer);
    }

    /// <inheritdoc/>
    public MemoryPool<byte> MemoryPool { get; }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _isAborted = true;
        _socket.ShutdownWithReset();
        _writer.Break();
        BeginClose();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (!_isAborted)
            _socket.Shutdown();
        _socket.Dispose();
        BeginClose();
        return base.DisposeAsync();
    }

    // Whoever listens to the end of the connection must not run on the loop.
    private void BeginClose()
    {
        if (Interlocked.Exchange(ref _isClosing, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
