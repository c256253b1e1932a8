using System.Net;
using System.Net.Sockets;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>Ports of this machine's loopback address.</summary>
internal static class Port
{
    /// <summary>The given port if nothing listens there, otherwise a free one.</summary>
    public static int FreeOr(int wanted) => TryListen(wanted) ?? TryListen(0)!.Value;

    public static int Free() => TryListen(0)!.Value;

    private static int? TryListen(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
