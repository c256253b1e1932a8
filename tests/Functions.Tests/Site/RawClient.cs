using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>A client that sends exactly the bytes of a test.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return new RawClient(socket);
    }

    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads until the other side closes. Send <c>Connection: close</c> first.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var all = new MemoryStream();
        var piece = new byte[8192];
        int read;
        while ((read = await socket.ReceiveAsync(piece).SoonAsync("the end of the answer")) > 0)
            all.Write(piece, 0, read);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>Goes away without a goodbye, as a killed client does.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();
}
