using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Functions.Router.Forwarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>Backends behind TLS.</summary>
public sealed class ForwarderTlsTests
{
    [Fact]
    public async Task ForwardAsync_TrustedCertificate_PassesRequestAndAnswerOnOneConnection()
    {
        using var certificate = CertificateFor("localhost");
        await using var backend = await StartAsync(certificate);
        await using var front = await Front.StartAsync(UrlOf(backend, "localhost"), new UpstreamOptions { TrustedRoots = [certificate] });

        for (var i = 0; i < 3; i++)
            Assert.Equal("secure", await front.Client.GetStringAsync("/").Within("an answer"));

        Assert.Equal(1, front.Upstream.OpenConnections);
    }

    [Theory]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1", true)]
    public async Task ForwardAsync_CertificateOfAnotherIssuerOrName_IsAConnectFailure(string host, bool isTrusted)
    {
        using var certificate = CertificateFor("localhost");
        await using var backend = await StartAsync(certificate);
        var options = isTrusted ? new UpstreamOptions { TrustedRoots = [certificate] } : new UpstreamOptions();
        await using var front = await Front.StartAsync(UrlOf(backend, host), options);

        await front.HeadOfAnswerAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(ForwardOutcome.ConnectFailed, await front.OutcomeAsync());
        Assert.Equal(0, front.Upstream.OpenConnections);
    }

    private static async Task<WebApplication> StartAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(context.Request.IsHttps ? "secure" : "plain"));
        await app.StartAsync();
        return app;
    }

    private static Uri UrlOf(WebApplication app, string host)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new Uri($"https://{host}:{new Uri(address).Port}");
    }

    private static X509Certificate2 CertificateFor(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
