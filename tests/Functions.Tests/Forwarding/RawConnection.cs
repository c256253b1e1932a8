using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>One end of a connection whose bytes a test writes and reads itself. Text is ISO 8859-1: a byte a character.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private readonly List<byte> _read = [];

    public static async Task<RawConnection> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        return new RawConnection(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes, SocketFlags.None);

    /// <summary>Reads up to and with this text.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        var searched = Encoding.Latin1.GetBytes(end);
        while (true)
        {
            var at = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_read).IndexOf(searched);
            if (at >= 0)
                return Take(at + searched.Length);
            if (await FillAsync() == 0)
                throw new EndOfStreamException($"The connection ended before '{end}'; there was: {Take(_read.Count)}");
        }
    }

    /// <summary>Reads the head of a request or an answer.</summary>
    public Task<string> ReadHeadAsync() => ReadUntilAsync("\r\n\r\n").Within("a head");

    public async Task<string> ReadExactlyAsync(int count)
    {
        while (_read.Count < count)
        {
            if (await FillAsync().Within($"{count} bytes") == 0)
                throw new EndOfStreamException($"The connection ended after {_read.Count} of {count} bytes.");
        }

        return Take(count);
    }

    /// <summary>Reads to the orderly end of the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync().Within("the end of the connection") > 0)
        {
        }

        return Take(_read.Count);
    }

    /// <summary>Reads to the orderly end of the connection and keeps nothing.</summary>
    public async Task DrainAsync()
    {
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None).Within("the end of the connection") > 0)
        {
        }
    }

    /// <summary>Reads until the other side is gone, orderly or not.</summary>
    public async Task WaitForCloseAsync()
    {
        try
        {
            await ReadToEndAsync();
        }
        catch (SocketException)
        {
            // A reset is a close too.
        }
    }

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void FinishSending() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => socket.Dispose();

    private async Task<int> FillAsync()
    {
        var buffer = new byte[16 * 1024];
        var count = await socket.ReceiveAsync(buffer, SocketFlags.None);
        _read.AddRange(buffer.AsSpan(0, count));
        return count;
    }

    private string Take(int count)
    {
        var text = Encoding.Latin1.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_read)[..count]);
        _read.RemoveRange(0, count);
        return text;
    }
}
