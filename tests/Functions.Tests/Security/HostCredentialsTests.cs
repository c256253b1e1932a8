using ControlPlane.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Functions.Tests.Security;

public sealed class HostCredentialsTests
{
    [Theory]
    [InlineData("/run/script?code=k", "/run/script")]
    [InlineData("/run/script?a=1&code=k&b=%20c", "/run/script?a=1&b=%20c")]
    [InlineData("/run/script?CODE=k&a", "/run/script?a")]
    [InlineData("/run/script?c%6Fde=k&a=1", "/run/script?a=1")]
    [InlineData("/run/script?codes=1&a=code", "/run/script?codes=1&a=code")]
    [InlineData("/run/script", "/run/script")]
    public void RemoveKey_FromTheQuery_LeavesTheRestAsItCame(string target, string expected)
    {
        var context = Context(target);

        HostCredentials.RemoveKey(context.Request);

        Assert.Equal(expected, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        Assert.Equal(expected, context.Request.Path + context.Request.QueryString.Value);
        Assert.False(context.Request.Query.ContainsKey("code"));
    }

    [Fact]
    public void RemoveTokens_LeavesEverythingElse()
    {
        var context = Context("/");
        var headers = context.Request.Headers;
        headers.Authorization = "Bearer t";
        headers["X-MS-TOKEN-AAD-ACCESS-TOKEN"] = "t";
        headers.Cookie = "a=1; AppServiceAuthSession=s; AppServiceAuthSession1=s; b=2";
        headers["X-Own"] = "1";

        HostCredentials.RemoveTokens(context.Request);

        Assert.Equal(["Cookie", "X-Own"], headers.Keys.Order());
        Assert.Equal("a=1; b=2", headers.Cookie);
    }

    [Fact]
    public void RemoveTokens_WithNoOtherCookie_LeavesNone()
    {
        var context = Context("/");
        context.Request.Headers.Cookie = "AppServiceAuthSession=s";

        HostCredentials.RemoveTokens(context.Request);

        Assert.Empty(context.Request.Headers);
    }

    private static DefaultHttpContext Context(string target)
    {
        var context = new DefaultHttpContext();
        var parts = target.Split('?', 2);
        context.Request.Path = parts[0];
        context.Request.QueryString = parts.Length > 1 ? new QueryString("?" + parts[1]) : QueryString.Empty;
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        return context;
    }
}
