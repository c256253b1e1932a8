using ControlPlane.Functions.Signals;

namespace ControlPlane.Functions.Tests.Signals;

public sealed class SignalTokensTests
{
    private static readonly SignalTokens Tokens = SignalTokens.Parse(
        ["# ours", "", "http://prom:9090 all", "http://prom:9090/team/ team", "  https://metrics.example/api\tapi  "]);

    [Theory]
    [InlineData("http://prom:9090/api/v1/query?query=up", "all")]
    [InlineData("http://PROM:9090/", "all")]
    [InlineData("http://prom:9090/team/api", "team")]
    [InlineData("http://prom:9090/team", "team")]
    [InlineData("http://prom:9090/teams", "all")]
    [InlineData("https://metrics.example/api/x", "api")]
    [InlineData("https://metrics.example:443/api", "api")]
    public void Find_AddressBelowOne_IsItsToken(string address, string token) => Assert.Equal(token, Tokens.Find(new Uri(address)));

    [Theory]
    [InlineData("https://prom:9090/")]
    [InlineData("http://prom/")]
    [InlineData("http://prom:90901/")]
    [InlineData("http://prom.evil.example:9090/")]
    [InlineData("http://evil.example/http://prom:9090")]
    [InlineData("http://prom:9090@evil.example/")]
    [InlineData("https://metrics.example/apiary")]
    [InlineData("https://metrics.example/api/../other")]
    [InlineData("https://metrics.example/api/%2e%2e/other")]
    [InlineData("https://metrics.example/API")]
    public void Find_AnyOtherAddress_GetsNone(string address)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri))
            Assert.Null(Tokens.Find(uri));
    }

    [Theory]
    [InlineData("http://prom:9090")]
    [InlineData("http://prom:9090 a b")]
    [InlineData("prom:9090 token")]
    [InlineData("ftp://prom secret-token")]
    [InlineData("http://me:pass@prom secret-token")]
    [InlineData("http://prom?x=1 secret-token")]
    [InlineData("http://prom sécret-token")]
    public void Parse_BadLine_IsNamedByNumberAlone(string line)
    {
        var failure = Assert.Throws<FormatException>(() => SignalTokens.Parse(["# first", line]));

        Assert.StartsWith("line 2 ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("token-", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", failure.Message, StringComparison.Ordinal);
    }
}
