using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>
/// An engine below HTTP: it reads each request to the end of its head and what has come of its body, and then does with
/// the connection what a test says. Counts what it has read.
/// </summary>
internal sealed class RawEngine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, FreePort.Find());
    private readonly Func<Socket, int, Task> _answer;
    private int _requests;

    /// <param name="answer">Gets the connection and which request this is, from 1. It may close the connection.</param>
    public RawEngine(Func<Socket, int, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How many requests it has read.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task SendAsync(Socket connection, string text) => await connection.SendAsync(Encoding.UTF8.GetBytes(text));

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            try
            {
                var text = new StringBuilder();
                var piece = new byte[64 * 1024];
                int read;
                while ((read = await connection.ReceiveAsync(piece)) > 0)
                {
                    text.Append(Encoding.UTF8.GetString(piece, 0, read));
                    if (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                        continue;
                    text.Clear();
                    await _answer(connection, Interlocked.Increment(ref _requests));
                }
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // The router or the test closed it.
            }
        }
    }
}
