using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>Lets Kestrel's connections live on the event loops, in place of its own sockets transport.</summary>
internal sealed class LoopTransport(IMemoryPoolFactory<byte> pools) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var address = (IPEndPoint)endpoint;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(address);
            socket.Listen(LoopListener.Backlog);
            return new ValueTask<IConnectionListener>(new LoopListener(socket, pools));
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new AddressInUseException(failure.Message, failure);
        }
    }
}
