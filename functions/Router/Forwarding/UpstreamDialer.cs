using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Functions.Router.Forwarding.EventLoops;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Opens connections to one backend.</summary>
internal sealed class UpstreamDialer(UpstreamAddress address, UpstreamOptions options, TimeProvider time)
{
    // A machine that vanishes sends no FIN. Two minutes of silence below HTTP give it away, during a job of hours.
    private const int KeepAliveSeconds = 60;
    private const int KeepAliveProbeSeconds = 15;
    private const int KeepAliveProbes = 4;

    /// <summary>Opens a connection; null when that fails, takes too long, or the client goes away.</summary>
    /// <param name="loop">The event loop that it is to live on, if it can and there are any.</param>
    /// <param name="clientGone">Cancelled when the client goes away.</param>
    public async Task<IWire?> DialAsync(EventLoop? loop, CancellationToken clientGone)
    {
        using var tooLong = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, clientGone);
        try
        {
            return address.IsSecure || loop is null
                ? await ConnectAsync(either.Token)
                : await ConnectAsync(loop, either.Token);
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<IWire> ConnectAsync(EventLoop loop, CancellationToken stop)
    {
        var failure = new SocketException((int)SocketError.HostNotFound);
        foreach (var endPoint in await ResolveAsync(stop))
        {
            var socket = NewSocket(endPoint.AddressFamily);
            try
            {
                return await LoopSocket.ConnectAsync(socket, endPoint, loop, stop);
            }
            catch (SocketException refused)
            {
                failure = refused;
                socket.Dispose();
            }
        }

        throw failure;
    }

    private async ValueTask<IEnumerable<IPEndPoint>> ResolveAsync(CancellationToken stop)
    {
        if (address.EndPoint is not DnsEndPoint name)
            return [(IPEndPoint)address.EndPoint];
        var found = await Dns.GetHostAddressesAsync(name.Host, stop);
        return found.Select(ip => new IPEndPoint(ip, name.Port));
    }

    private async Task<IWire> ConnectAsync(CancellationToken stop)
    {
        var socket = address.EndPoint is IPEndPoint ip ? NewSocket(ip.AddressFamily) : NewSocket(family: null);
        try
        {
            await socket.ConnectAsync(address.EndPoint, stop);
            return new StreamWire(socket, address.IsSecure ? await SecureAsync(socket, stop) : new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket NewSocket(AddressFamily? family)
    {
        var socket = family is { } known
            ? new Socket(known, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveProbeSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        return socket;
    }

    private async Task<SslStream> SecureAsync(Socket socket, CancellationToken stop)
    {
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(Authentication(), stop);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private SslClientAuthenticationOptions Authentication()
    {
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        if (options.TrustedRoots is { } roots)
        {
            authentication.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust };
            authentication.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return authentication;
    }
}
