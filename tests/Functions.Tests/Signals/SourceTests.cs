using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Signals;

namespace ControlPlane.Functions.Tests.Signals;

public sealed class SourceTests
{
    [Theory]
    [InlineData("http://prom:9090", "up", "http://prom:9090/api/v1/query?query=up&lookback_delta=60")]
    [InlineData("http://prom:9090/", "up", "http://prom:9090/api/v1/query?query=up&lookback_delta=60")]
    [InlineData("https://x/team/?dedup=true", "sum(rate(a{b=\"c\"}[1m])) & 1", "https://x/team/api/v1/query?dedup=true&query=sum%28rate%28a%7Bb%3D%22c%22%7D%5B1m%5D%29%29%20%26%201&lookback_delta=60")]
    public void ToRequest_Query_IsInTheAddress(string url, string query, string address)
    {
        using var request = PromQl(url, query)!.ToRequest();

        Assert.Equal((HttpMethod.Get, address), (request.Method, request.RequestUri!.AbsoluteUri));
    }

    [Fact]
    public async Task ToRequest_LongQuery_IsInTheBody()
    {
        var query = new string('a', 2001);

        using var request = PromQl("http://prom:9090", query)!.ToRequest();

        Assert.Equal((HttpMethod.Post, "http://prom:9090/api/v1/query"), (request.Method, request.RequestUri!.AbsoluteUri));
        Assert.Equal($"query={query}&lookback_delta=60", await request.Content!.ReadAsStringAsync());
    }

    [Fact]
    public void ToRequest_JsonDocument_IsAskedAsItIs()
    {
        using var request = Source.Of(new Signal { Name = "s", Kind = SignalKind.HttpJson, Target = 1, Url = "http://h/a?b=c", Query = "/x" })!.ToRequest();

        Assert.Equal("http://h/a?b=c", request.RequestUri!.AbsoluteUri);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://h/")]
    [InlineData("h:80")]
    [InlineData("/api")]
    [InlineData("")]
    [InlineData(null)]
    public void Of_AnythingButHttp_IsNone(string? url) => Assert.Null(PromQl(url, "up"));

    [Theory]
    [InlineData(SignalKind.Cpu)]
    [InlineData(SignalKind.QueueWait)]
    public void Of_SignalOfTheGroupItself_IsNone(SignalKind kind) =>
        Assert.Null(Source.Of(new Signal { Name = "s", Kind = kind, Target = 1, Url = "http://h", Query = "q" }));

    [Fact]
    public void ToString_HidesWhatMayBeSecret()
    {
        var text = Source.Of(new Blocker { Name = "b", Url = "http://me:pass@h:1/p?token=x", Query = "password" })!.ToString();

        Assert.Equal("PromQl at http://h:1/p", text);
    }

    private static Source? PromQl(string? url, string query) =>
        Source.Of(new Signal { Name = "s", Kind = SignalKind.PromQl, Target = 1, Url = url, Query = query });
}
