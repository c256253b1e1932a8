using System.Net;
using System.Text;
using ControlPlane.FunctionsHost.Tests;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>What outsiders and the host itself can call.</summary>
public sealed class RouteTests
{
    [Fact]
    public async Task Routes_ReachTheHandlerWithTheirKeys()
    {
        await using var site = await RealSite.ServeAsync();
        using var stranger = new HttpClient { BaseAddress = site.Host.Address };

        foreach (var function in site.Host.Configuration.Triggered("httpTrigger"))
        {
            var path = function.Route.Replace("{*rest}", function.Route.StartsWith("run", StringComparison.Ordinal) ? "script" : "list", StringComparison.Ordinal);
            using var known = await site.Client.GetAsync(path);
            using var unknown = await stranger.GetAsync(path);

            Assert.True(known.StatusCode != HttpStatusCode.InternalServerError, $"{function.Name} at {path} answered 500:\n{site.Describe()}");
            Assert.NotEqual(HttpStatusCode.Unauthorized, known.StatusCode);
            Assert.Equal(function.Trigger.Text("authLevel") == "anonymous", unknown.StatusCode != HttpStatusCode.Unauthorized);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backends_AreRegisteredAndListed_UnderEitherWayOfForwarding(bool isNewHost)
    {
        await using var site = await RealSite.ServeAsync(options => options with { IsNewHost = isNewHost });

        using var form = new FormUrlEncodedContent([new("name", "b1"), new("url", "127.0.0.1:1"), new("tag", "t1")]);
        using var added = await site.Client.PostAsync("backend/add", form);
        var list = await site.Client.GetStringAsync("backend/list");

        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
        Assert.Contains("b1", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FunctionKey_HoweverItComes_ReachesNoEngine(bool isInQuery)
    {
        await using var site = await RealSite.ServeAsync(options => options with { RunsTimers = false });
        await using var engine = await HoldingEngine.StartAsync();
        using var form = new FormUrlEncodedContent([new("name", "b1"), new("url", $"127.0.0.1:{engine.Port}"), new("tag", "t1")]);
        using var added = await site.Client.PostAsync("backend/add", form);
        using var caller = new HttpClient { BaseAddress = site.Host.Address };
        if (!isInQuery)
            caller.DefaultRequestHeaders.Add("x-functions-key", "master-key");
        var code = isInQuery ? "&code=master-key" : "";

        using var listed = await caller.GetAsync($"backend/list?tag=t1{code}");
        await Wait.UntilAsync(
            async () => (await caller.PostAsync($"run/script?tags=t1{code}&a=1", new StringContent("select 1"))).IsSuccessStatusCode,
            () => "an answer of the engine");

        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        Assert.StartsWith("?tags=t1&a=1 ", engine.LastRequest, StringComparison.Ordinal);
        Assert.DoesNotContain("functions-key", engine.LastRequest, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"Data":{},"Metadata":{}}""")]
    [InlineData("""{"Data":{"orchestrationTrigger":"\"no base64\""},"Metadata":{}}""")]
    [InlineData("""{"Data":{"orchestrationTrigger":7},"Metadata":{}}""")]
    [InlineData("""{"Data":{"timer":"soon"},"Metadata":{}}""")]
    [InlineData("""{"Data":{"request":{"Url":5}},"Metadata":{}}""")]
    public async Task InternalEndpoints_CalledWithGarbage_StartNothing(string body)
    {
        await using var site = await RealSite.ServeAsync(options => options with { RunsTimers = false });
        using var direct = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{site.Host.Worker.Port}") };

        foreach (var function in site.Host.Configuration.Functions)
        {
            using var answer = await direct.PostAsync(function.Name, new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{function.Name} answered {(int)answer.StatusCode} to {body}");
        }

        Assert.Empty(site.Host.Hub.Instances);
    }

    [Fact]
    public async Task Outsiders_CannotReachInternalEndpoints()
    {
        await using var site = await RealSite.ServeAsync(options => options with { RunsTimers = false });

        foreach (var function in site.Host.Configuration.Functions)
        {
            using var answer = await site.Client.PostAsync(function.Name, new StringContent("{}"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}
