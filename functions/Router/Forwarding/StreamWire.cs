using System.Net.Sockets;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>A connection whose bytes go through a stream: TLS, or any where there are no event loops.</summary>
/// <param name="socket">The socket beneath.</param>
/// <param name="stream">The stream, which owns the socket.</param>
internal sealed class StreamWire(Socket socket, Stream stream) : IWire
{
    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> room) => stream.ReadAsync(room);

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    /// <inheritdoc/>
    public bool IsQuiet()
    {
        try
        {
            return !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Shutdown() => socket.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
    }
}
