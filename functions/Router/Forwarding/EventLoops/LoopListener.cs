using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>Accepts connections and gives them to the loops in turn.</summary>
internal sealed class LoopListener(Socket socket, IMemoryPoolFactory<byte> pools) : IConnectionListener
{
    /// <summary>How many connections may wait to be accepted, unless the system allows fewer.</summary>
    public const int Backlog = 4096;

    private readonly MemoryPool<byte>[] _pools = [.. EventLoop.All.Select(_ => pools.Create())];
    private uint _accepted;

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var accepted = await socket.AcceptAsync(cancellationToken);
                accepted.NoDelay = true;
                var loop = EventLoop.All[(int)(_accepted++ % (uint)EventLoop.All.Count)];
                return new LoopConnection(accepted, loop, _pools[loop.Index]);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted: take the next one.
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        foreach (var pool in _pools)
            pool.Dispose();
        return default;
    }
}
