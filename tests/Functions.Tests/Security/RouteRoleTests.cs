using System.Net;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ControlPlane.Functions.Tests.Security;

/// <summary>Walks every route that is mapped, so that one that is added later cannot be forgotten.</summary>
public sealed class RouteRoleTests : IAsyncLifetime
{
    private static readonly string[] Anonymous = ["/", "/healthz/live"];

    private TestHost? _host;

    private TestHost Host => _host!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(options => options with { Keys = Keys.Ring });

    public async Task DisposeAsync() => await Host.DisposeAsync();

    [Fact]
    public void EveryRoute_NamesTheRoleItTakes()
    {
        var routes = Routes().ToList();

        Assert.True(routes.Count >= 40, $"Only {routes.Count} routes were found.");
        Assert.All(routes, route => Assert.True(route.Metadata.GetMetadata<NeededRole>() is not null, $"{route.DisplayName} names no role."));
    }

    [Fact]
    public async Task EveryRoute_WithoutAKey_IsClosedUnlessItIsAnonymous()
    {
        foreach (var (method, path) in Calls())
        {
            using var answer = await SendAsync(method, path, null);

            var isOpen = Anonymous.Contains(path) && answer.StatusCode != HttpStatusCode.Unauthorized;
            Assert.True(isOpen || answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path} answered {(int)answer.StatusCode} without a key.");
        }
    }

    [Fact]
    public async Task EveryRoute_WithAKeyOfTooLowARole_IsForbidden()
    {
        var routes = Routes().Where(route => route.Metadata.GetMetadata<NeededRole>()!.Role > Role.Reader && MethodsOf(route).Count > 0).ToList();
        Assert.NotEmpty(routes);

        foreach (var route in routes)
        {
            var lower = route.Metadata.GetMetadata<NeededRole>()!.Role == Role.Admin ? Keys.Operator : Keys.Reader;
            using var answer = await SendAsync(MethodsOf(route)[0], PathOf(route), lower);

            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{route.DisplayName} answered {(int)answer.StatusCode}.");
        }
    }

    [Fact]
    public async Task EveryChange_TakesMoreThanAReader()
    {
        foreach (var route in Routes().Where(route => MethodsOf(route).Any(method => method is "PUT" or "DELETE" or "PATCH")))
            Assert.True(route.Metadata.GetMetadata<NeededRole>()!.Role > Role.Reader, $"{route.DisplayName} lets readers change something.");

        foreach (var (path, key) in ((string, string)[])[("/backend/add", Keys.Reader), ("/backend/remove", Keys.Reader), ("/backend/tags/update", Keys.Reader), ("/run/script", Keys.Reader), ("/run/sql", Keys.Reader), ("/monitor/add", Keys.Operator), ("/monitor/remove", Keys.Operator)])
            await SendAsync("POST", path, key).ProblemAsync(403, "forbidden");
    }

    [Theory]
    [InlineData("GET", "/metrics", "reader")]
    [InlineData("GET", "/backend/list", "operator")]
    [InlineData("GET", "/v1/backends", "admin")]
    [InlineData("GET", "/healthz/ready", "reader")]
    public async Task Call_WithAKeyThatSuffices_IsAnswered(string method, string path, string role) =>
        await SendAsync(method, path, role switch { "reader" => Keys.Reader, "operator" => Keys.Operator, _ => Keys.Admin }).TextAsync();

    [Fact]
    public async Task Call_AsBearer_IsAnswered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = new("Bearer", Keys.Reader);

        await Host.Client.SendAsync(request).TextAsync();
    }

    [Theory]
    [InlineData("not-a-key-of-anyone")]
    [InlineData("reader")]
    [InlineData(" ")]
    public async Task Call_WithAWrongKey_IsUnauthenticated(string key) =>
        await SendAsync("GET", "/metrics", key).ProblemAsync(401, "unauthenticated");

    [Fact]
    public async Task Key_InTheQuery_DoesNotCount() =>
        await SendAsync("GET", $"/metrics?code={Keys.Admin}&x-functions-key={Keys.Admin}", null).ProblemAsync(401, "unauthenticated");

    [Theory]
    [InlineData("x-functions-key")]
    [InlineData("Authorization")]
    public async Task Key_OfACaller_ReachesNoEngine(string header)
    {
        await using var engine = await FakeEngine.StartAsync(Host.NewName("b"));
        Host.Client.DefaultRequestHeaders.Add("x-functions-key", Keys.Admin);
        await Host.AddAsync(engine, "a");
        Host.Client.DefaultRequestHeaders.Clear();

        foreach (var strategy in (string[])["JobNumAware", "AllBackends"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/run/script?tags=a&proxyStrategy={strategy}");
            request.Headers.TryAddWithoutValidation(header, header == "Authorization" ? $"Bearer {Keys.Admin}" : Keys.Admin);
            await Host.Client.SendAsync(request).TextAsync();
        }

        Assert.Equal(2, engine.Runs.Count);
        Assert.All(engine.Runs, seen => Assert.DoesNotContain(seen.Headers.Values, value => value.Contains(Keys.Admin, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Authorization_OfTheEngine_ReachesItBesideAKey()
    {
        await using var engine = await FakeEngine.StartAsync(Host.NewName("b"));
        Host.Client.DefaultRequestHeaders.Add("x-functions-key", Keys.Admin);
        await Host.AddAsync(engine, "c");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/run/script?tags=c");
        request.Headers.Authorization = new("Bearer", "of-the-engine-itself");

        await Host.Client.SendAsync(request).TextAsync();
        Host.Client.DefaultRequestHeaders.Clear();

        Assert.Equal("Bearer of-the-engine-itself", Assert.Single(engine.Runs).Headers["Authorization"]);
    }

    [Fact]
    public async Task Keys_AreInNoLogAndNoAnswer()
    {
        var answers = new List<string>();
        foreach (var key in (string[])[Keys.Reader, Keys.Operator, Keys.Admin, "a-key-that-is-wrong-0123456789"])
        {
            foreach (var path in (string[])["/metrics", "/v1/backends", "/nothing", "/backend/add"])
            {
                using var answer = await SendAsync("GET", path, key);
                answers.Add(answer + await answer.Content.ReadAsStringAsync());
            }
        }

        Assert.All(answers.Concat(Host.Log.Lines), text =>
        {
            Assert.DoesNotContain(Keys.Reader, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Keys.Operator, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Keys.Admin, text, StringComparison.Ordinal);
            Assert.DoesNotContain("a-key-that-is-wrong", text, StringComparison.Ordinal);
        });
    }

    private IEnumerable<RouteEndpoint> Routes() => ((IEndpointRouteBuilder)Host.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    private IEnumerable<(string Method, string Path)> Calls() =>
        from route in Routes()
        from method in MethodsOf(route) is { Count: > 0 } methods ? methods : ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
        select (method, PathOf(route));

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];

    private static string PathOf(RouteEndpoint route) =>
        "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal ? literal.Content : "anything"))));

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("x-functions-key", key);
        return await Host.Client.SendAsync(request);
    }
}
