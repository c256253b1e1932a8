using System.Net;
using System.Net.Sockets;

namespace ControlPlane.TestKit;

/// <summary>A port of this machine on which nobody listens.</summary>
public static class FreePort
{
    /// <summary>Finds one. Another program may take it at any time.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
