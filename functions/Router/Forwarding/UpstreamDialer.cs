using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Opens connections to one backend.</summary>
internal sealed class UpstreamDialer(UpstreamAddress address, UpstreamOptions options, TimeProvider time)
{
    // A machine that vanishes sends no FIN. Two minutes of silence below HTTP give it away, during a job of hours.
    private const int KeepAliveSeconds = 60;
    private const int KeepAliveProbeSeconds = 15;
    private const int KeepAliveProbes = 4;

    /// <summary>Opens a connection; null when that fails, takes too long, or the client goes away.</summary>
    public async Task<UpstreamConnection?> DialAsync(CoarseClock clock, CancellationToken clientGone)
    {
        using var tooLong = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, clientGone);
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(address.EndPoint, either.Token);
            var tls = address.IsSecure ? await SecureAsync(socket, either.Token) : null;
            return new UpstreamConnection(socket, tls, clock);
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    private Socket NewSocket()
    {
        var socket = address.EndPoint is IPEndPoint ip
            ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
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
