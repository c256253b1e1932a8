using System.Globalization;
using System.Net;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Security;

/// <summary>Without keys anybody on this machine may call, and other people's web pages may not.</summary>
public class CrossSiteTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "http://localhost.evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "evil.example:8080")]
    [InlineData("Host", "127.0.0.1.evil.example")]
    [InlineData("Host", "localhost.evil.example")]
    [InlineData("Host", "10.0.0.1")]
    [InlineData("Host", "0.0.0.0")]
    public async Task PeerDefect19_RequestOfAnotherSite_IsRefusedAndDoesNothing(string header, string value)
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        var name = _host.NewName();

        foreach (var (path, form) in ((string, string)[])[("/backend/add", $"name={name}&url={name}:1&tag=a"), ("/run/script", $"tags={tag}")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(form, null, "application/x-www-form-urlencoded") };
            request.Headers.TryAddWithoutValidation(header, value);
            await _host.Client.SendAsync(request).ProblemAsync(403, "cross_site_refused");
        }

        using var get = new HttpRequestMessage(HttpMethod.Get, $"/run/script?tags={tag}");
        get.Headers.TryAddWithoutValidation(header, value);
        await _host.Client.SendAsync(get).ProblemAsync(403, "cross_site_refused");
        Assert.Empty(engine.Runs);
        Assert.Equal("[]", await _host.Client.GetStringAsync(new Uri($"/backend/list/names?names={name}", UriKind.Relative)));
    }

    [Theory]
    [InlineData("Origin", "http://{0}")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Host", "localhost")]
    [InlineData("Host", "LOCALHOST:1234")]
    [InlineData("Host", "[::1]:8080")]
    public async Task Request_OfItsOwnPagesOrAProgram_IsAnswered(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/backend/list");
        request.Headers.TryAddWithoutValidation(header, string.Format(CultureInfo.InvariantCulture, value, _host.Address.Authority));

        using var answer = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/backend/add?name={0}&url={0}:1&tag=a")]
    [InlineData("/backend/remove?name=x")]
    [InlineData("/backend/tags/update?name=x&tags=a")]
    [InlineData("/monitor/add?name={0}&tag={0}&minInstances=1&maxInstances=1&allocateType=local&allocateStrategy=JobNumAwareAllocate")]
    [InlineData("/monitor/remove?name=x")]
    public async Task PeerDefect19_ChangeByGet_IsRefusedAndSaysWhatIsAllowed(string path)
    {
        var name = _host.NewName();
        var before = await _host.Client.GetStringAsync(new Uri("/backend/list", UriKind.Relative)) + await _host.Client.GetStringAsync(new Uri("/monitor/list", UriKind.Relative));

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Put, HttpMethod.Delete])
        {
            using var request = new HttpRequestMessage(method, string.Format(CultureInfo.InvariantCulture, path, name));
            using var answer = await _host.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
            Assert.Equal(["POST"], answer.Content.Headers.Allow);
        }

        var after = await _host.Client.GetStringAsync(new Uri("/backend/list", UriKind.Relative)) + await _host.Client.GetStringAsync(new Uri("/monitor/list", UriKind.Relative));
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("_method=POST")]
    [InlineData("X-HTTP-Method-Override=POST")]
    public async Task PeerDefect19_MethodInAParameter_DoesNotCount(string parameter)
    {
        var name = _host.NewName();

        using var answer = await _host.Client.GetAsync(new Uri($"/backend/add?name={name}&url={name}:1&tag=a&{parameter}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }
}
