using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>A port of this machine on which nobody listens.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
