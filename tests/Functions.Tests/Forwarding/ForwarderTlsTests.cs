using System.Security.Cryptography.X509Certificates;
using ControlPlane.Functions.Router.Forwarding;
using ControlPlane.Functions.Router.Forwarding.EventLoops;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>Backends behind TLS.</summary>
public sealed class ForwarderTlsTests
{
    [Fact]
    public async Task ForwardAsync_TrustedCertificate_PassesRequestsAndAnswersOnTheSameConnections()
    {
        using var certificate = TestCertificate.For("localhost");
        await using var backend = await StartAsync(certificate);
        await using var front = await Front.StartAsync(UrlOf(backend, "localhost"), new UpstreamOptions { TrustedRoots = [certificate] });

        // A client that is quick with its next request finds the server on another thread than its event loop's, where the
        // connection is chosen by the processor: one for each loop at the most.
        for (var i = 0; i < EventLoop.All.Count + 2; i++)
            Assert.Equal("secure", await front.Client.GetStringAsync("/").Within("an answer"));

        Assert.InRange(front.Upstream.OpenConnections, 1, EventLoop.All.Count);
    }

    [Theory]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1", true)]
    public async Task ForwardAsync_CertificateOfAnotherIssuerOrName_IsAConnectFailure(string host, bool isTrusted)
    {
        using var certificate = TestCertificate.For("localhost");
        await using var backend = await StartAsync(certificate);
        var options = isTrusted ? new UpstreamOptions { TrustedRoots = [certificate] } : new UpstreamOptions();
        await using var front = await Front.StartAsync(UrlOf(backend, host), options);

        await front.HeadOfAnswerAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(ForwardOutcome.ConnectFailed, await front.OutcomeAsync());
        Assert.Equal(0, front.Upstream.OpenConnections);
    }

    private static Task<KestrelBackend> StartAsync(X509Certificate2 certificate) =>
        KestrelBackend.StartAsync(context => context.Response.WriteAsync(context.Request.IsHttps ? "secure" : "plain"), certificate);

    private static Uri UrlOf(KestrelBackend backend, string host) => new($"https://{host}:{backend.Url.Port}");
}
