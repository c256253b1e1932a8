using System.Net;
using System.Net.Sockets;

namespace ControlPlane.TestKit;

/// <summary>
/// Ports of this machine on which nobody listens. A port that the system chooses may be one on which a server of another
/// test has just ended, and is still known by its address; and one that is free for a moment may become the near end of
/// somebody's connection. So these are below those that the system chooses from, and none comes twice in a process.
/// </summary>
public static class FreePort
{
    private const int First = 10_000;

    // Where Linux begins, unless it is told otherwise. Source: ip_local_port_range in ip(7).
    private const int End = 32_768;

    // Elsewhere in each process, as several may look at once.
    private static int _next = Environment.ProcessId * 97 % (End - First);

    /// <summary>Finds one. Another program may take it at any time.</summary>
    /// <exception cref="InvalidOperationException">None is free.</exception>
    public static int Find()
    {
        for (var tried = 0; tried < End - First; tried++)
        {
            var port = First + ((int)((uint)Interlocked.Increment(ref _next) % (End - First)));
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException($"Every port from {First} to {End - 1} is taken.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
