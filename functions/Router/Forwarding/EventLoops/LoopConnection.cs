using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// A client's connection on an event loop: two pipes between it and Kestrel, whose readers go on within the write, so
/// that everything happens on the loop's thread unless the application leaves it.
/// </summary>
internal sealed class LoopConnection : DefaultConnectionContext, IMemoryPoolFeature
{
    // As in Kestrel's own transport: how much may wait before the other side is held back, in bytes.
    private const int MostReceived = 1024 * 1024;
    private const int MostToSend = 64 * 1024;

    private static long _lastNumber;

    private readonly LoopSocket _socket;
    private readonly Pipe _received;
    private readonly Pipe _toSend;
    private readonly CancellationTokenSource _closed = new();
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;
    private volatile ConnectionAbortedException? _aborted;

    private LoopConnection(Socket socket, EventLoop loop, MemoryPool<byte> pool)
        : base(Interlocked.Increment(ref _lastNumber).ToString(CultureInfo.InvariantCulture))
    {
        MemoryPool = pool;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        _received = new Pipe(Options(pool, MostReceived));
        _toSend = new Pipe(Options(pool, MostToSend));
        Transport = new Duplex(_received.Reader, _toSend.Writer);
        Features.Set<IMemoryPoolFeature>(this);
        _socket = new LoopSocket(socket, loop);
    }

    /// <inheritdoc/>
    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>Begins to receive and to send.</summary>
    public static LoopConnection Start(Socket socket, EventLoop loop, MemoryPool<byte> pool)
    {
        var connection = new LoopConnection(socket, loop, pool);
        connection._receiving = connection.ReceiveAsync();
        connection._sending = connection.SendAsync();
        return connection;
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _aborted ??= abortReason;
        _socket.ShutdownWithReset();
        _toSend.Reader.CancelPendingRead();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _received.Reader.CompleteAsync();
        await _toSend.Writer.CompleteAsync();
        await _sending;
        await _receiving;
        _socket.Dispose();
        _closed.Dispose();
        await base.DisposeAsync();
    }

    private static PipeOptions Options(MemoryPool<byte> pool, int most) =>
        new(pool, PipeScheduler.Inline, PipeScheduler.Inline, most, most / 2, useSynchronizationContext: false);

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            await ReceiveToEndAsync(_received.Writer);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            failure = new ConnectionResetException(broken.Message, broken);
        }

        await _received.Writer.CompleteAsync(_aborted ?? failure);
        await CancelClosedAsync();
    }

    private async Task ReceiveToEndAsync(PipeWriter received)
    {
        while (true)
        {
            await _socket.WaitReadableAsync();
            var count = _socket.TryReceive(received.GetSpan());
            if (count == LoopSocket.NothingNow)
                continue;
            if (count == 0)
                return;

            received.Advance(count);
            var flush = await received.FlushAsync();
            if (flush.IsCompleted || flush.IsCanceled)
                return;
        }
    }

    // Whoever listens to the end of the connection must not run on the loop.
    private async Task CancelClosedAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _closed.CancelAsync();
    }

    private async Task SendAsync()
    {
        Exception? failure = null;
        try
        {
            await SendToEndAsync(_toSend.Reader);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            failure = new ConnectionResetException(broken.Message, broken);
        }

        if (_aborted is null)
            _socket.Shutdown();
        await _toSend.Reader.CompleteAsync(failure);
        _received.Writer.CancelPendingFlush();
    }

    private async Task SendToEndAsync(PipeReader toSend)
    {
        while (true)
        {
            var read = await toSend.ReadAsync();
            if (read.IsCanceled)
                return;
            foreach (var part in read.Buffer)
                await _socket.SendAsync(part);
            toSend.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
