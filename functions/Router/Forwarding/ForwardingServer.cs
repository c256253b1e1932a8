using System.Text;
using ControlPlane.Functions.Router.Forwarding.EventLoops;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>What the forwarder needs of the server in front of it.</summary>
internal static class ForwardingServer
{
    /// <summary>
    /// Makes header values pass byte for byte: each byte is read as one character and written as one byte again, whatever
    /// encoding the two ends use. The Server header is the backend's. Where there are event loops, connections of clients
    /// live on them too.
    /// </summary>
    public static IWebHostBuilder UseForwarding(this IWebHostBuilder host) => host
        .ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        })
        .ConfigureServices(services =>
        {
            if (EventLoop.IsSupported)
                services.AddSingleton<IConnectionListenerFactory, LoopTransport>();
        });
}
