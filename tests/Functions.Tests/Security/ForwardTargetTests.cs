using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Security;

/// <summary>Whatever a request says, it goes to registered backends only, and there to the path that was asked for.</summary>
public sealed class ForwardTargetTests : IAsyncLifetime
{
    private TestHost? _host;
    private FakeEngine? _registered;
    private FakeEngine? _stranger;

    private TestHost Host => _host!;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync();
        _registered = await _host.StartEngineAsync("a");
        _stranger = await FakeEngine.StartAsync("stranger");
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await _registered!.DisposeAsync();
        await _stranger!.DisposeAsync();
    }

    [Theory]
    [InlineData("GET http://%S/run/script?tags=a HTTP/1.1", "%S")]
    [InlineData("GET http://%S/run/script?tags=a HTTP/1.1", "localhost")]
    [InlineData("GET http://localhost/run/script?tags=a HTTP/1.1", "localhost")]
    [InlineData("GET http://localhost@%S/run/script?tags=a HTTP/1.1", "localhost")]
    [InlineData("GET //%S/run/script?tags=a HTTP/1.1", "localhost")]
    [InlineData("GET /run/script?tags=a&url=http://%S&host=%S HTTP/1.1", "localhost")]
    [InlineData("GET /run/script?tags=http://%S HTTP/1.1", "localhost")]
    [InlineData("GET /run/script@%S?tags=a HTTP/1.1", "localhost")]
    [InlineData("GET /run/script/../../%S?tags=a HTTP/1.1", "localhost")]
    [InlineData("GET /run/script?tags=a HTTP/1.1", "localhost\r\nX-Forwarded-Host: %S\r\nForwarded: host=%S")]
    [InlineData("GET /run/script?tags=a HTTP/1.1", "localhost\r\nHost: %S")]
    [InlineData("GET /run/script?tags=a HTTP/1.1", "%S")]
    [InlineData("CONNECT %S HTTP/1.1", "%S")]
    [InlineData("OPTIONS * HTTP/1.1", "localhost")]
    public async Task Request_ThatPointsElsewhere_NeverGetsThere(string line, string host)
    {
        using var client = await RawClient.ConnectAsync(Host.Address);

        await client.SendAsync($"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".Replace("%S", _stranger!.Address, StringComparison.Ordinal));
        var answer = await client.ReadToEndAsync();

        Assert.Matches(@"^HTTP/1\.1 (200|4\d\d) ", answer);
        Assert.DoesNotContain("stranger", answer, StringComparison.Ordinal);
        Assert.Empty(_stranger.Runs);
        Assert.All(_registered!.Runs, seen => Assert.StartsWith("/run/script?", seen.Target, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/run/script/../../instance/resource?tags=a")]
    [InlineData("/run/%2e%2e/instance/resource?tags=a")]
    [InlineData("/run/script%2f..%2f..%2finstance/resource?tags=a")]
    [InlineData("/run/script/extra?tags=a")]
    [InlineData("/run?tags=a")]
    [InlineData("/instance/resource?tags=a")]
    [InlineData("/instance/drain?tags=a")]
    public async Task Path_OtherThanTheTwo_ReachesNoBackend(string path)
    {
        using var client = await RawClient.ConnectAsync(Host.Address);

        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(_registered!.Runs);
        Assert.Equal(0, _registered.ResourceAsks);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4")]
    [InlineData("Content-Length: 4\r\nContent-Length: 5")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    [InlineData("Content-Length: +4")]
    public async Task Body_FramedInTwoWays_SmugglesNothing(string framing)
    {
        using var client = await RawClient.ConnectAsync(Host.Address);

        await client.SendAsync($"POST /run/script?tags=a&proxyStrategy=JobNumAware HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{framing}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await client.ReadToEndAsync();

        Assert.DoesNotContain(_registered!.Runs, seen => seen.Target.Contains("smuggled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redirect_OfABackend_IsPassedOnAndNotFollowed()
    {
        foreach (var strategy in (string[])["JobNumAware", "AllBackends"])
        {
            _registered!.OnRun = (context, _) =>
            {
                context.Response.Redirect($"http://{_stranger!.Address}/run/script");
                return Task.CompletedTask;
            };

            using var answer = await Host.RunAsync("a", strategy);

            Assert.Equal(strategy == "AllBackends" ? 502 : 302, (int)answer.StatusCode);
        }

        Assert.Empty(_stranger!.Runs);
    }
}
