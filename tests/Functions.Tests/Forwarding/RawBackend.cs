using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>A backend that does on each connection exactly what its script says.</summary>
internal sealed class RawBackend : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _scripts = [];
    private readonly Func<RawConnection, Task> _script;
    private int _accepted;

    public RawBackend(Func<RawConnection, Task> script)
    {
        _script = script;
        _listener.Start(backlog: 2048);
        _ = AcceptAsync();
    }

    /// <summary>A backend that answers every request on a connection alike.</summary>
    public static RawBackend Answering(string answer) => new(async connection =>
    {
        while (true)
        {
            await connection.ReadUntilAsync("\r\n\r\n");
            await connection.SendAsync(answer);
        }
    });

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Throws what a script threw, once all of them have ended.</summary>
    public Task ScriptsAsync() => Task.WhenAll(_scripts).Within("the backend's scripts to end");

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                Interlocked.Increment(ref _accepted);
                _scripts.Add(RunAsync(new RawConnection(socket)));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task RunAsync(RawConnection connection)
    {
        // The script has to be known before it does anything that a test can see.
        await Task.Yield();
        using (connection)
            await _script(connection);
    }
}
