using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Tests.Security;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

/// <summary>Leaving a group alone for a time.</summary>
public class PauseTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Pause_IsShownWithItsEndItsReasonAndWhoAsked()
    {
        var (name, before) = await CreateAsync();

        using var answer = await SendAsync($"{name}:pause", new { seconds = 600, reason = "backup" });
        var row = await answer.Content.ReadFromJsonAsync<JsonElement>();

        var pause = row.GetProperty("pause");
        Assert.Equal(("backup", "somebody on this machine"), (pause.GetProperty("reason").GetString(), pause.GetProperty("by").GetString()));
        Assert.InRange(pause.GetProperty("until").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(500), TimeSpan.FromSeconds(600));
        Assert.NotEqual(before.GetProperty("etag").GetString(), row.GetProperty("etag").GetString());
        Assert.Equal(answer.Headers.ETag?.ToString(), row.GetProperty("etag").GetString());
        Assert.Equal(row.GetRawText(), (await _host.GetJsonAsync($"/v1/monitors/{name}")).GetRawText());
    }

    [Fact]
    public async Task Pause_Put_StaysUntilItIsResumed()
    {
        var (name, _) = await CreateAsync();
        var paused = await SendAsync($"{name}:pause", new { seconds = 600, reason = "backup" }).JsonAsync();

        var changed = await _host.Client.PutAsJsonAsync($"/v1/monitors/{name}", Spec(name, 2)).JsonAsync();
        var resumed = await SendAsync($"{name}:resume").JsonAsync();
        var again = await SendAsync($"{name}:resume").JsonAsync();

        Assert.Equal(2, changed.GetProperty("minInstances").GetInt32());
        Assert.Equal(paused.GetProperty("pause").GetRawText(), changed.GetProperty("pause").GetRawText());
        Assert.False(resumed.TryGetProperty("pause", out _));
        Assert.Equal(resumed.GetRawText(), again.GetRawText());
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task Change_StaleETag_IsRefusedAndNothingChanges(string verb)
    {
        var (name, before) = await CreateAsync();
        var paused = await SendAsync($"{name}:pause", new { seconds = 600, reason = "backup" }).JsonAsync();

        await SendAsync($"{name}:{verb}", new { seconds = 60, reason = "other" }, before.GetProperty("etag").GetString()).ProblemAsync(412, "precondition_failed");
        var row = await _host.GetJsonAsync($"/v1/monitors/{name}");
        await SendAsync($"{name}:{verb}", new { seconds = 60, reason = "other" }, row.GetProperty("etag").GetString()).TextAsync();

        Assert.Equal(paused.GetRawText(), row.GetRawText());
    }

    [Theory]
    [InlineData("""{"reason":"backup"}""", "seconds")]
    [InlineData("""{"seconds":0.5,"reason":"backup"}""", "seconds")]
    [InlineData("""{"seconds":2592001,"reason":"backup"}""", "seconds")]
    [InlineData("""{"seconds":"600","reason":"backup"}""", "seconds")]
    [InlineData("""{"seconds":600}""", "reason")]
    [InlineData("""{"seconds":600,"reason":" "}""", "reason")]
    [InlineData("""{"seconds":600,"reason":"backup","by":"somebody else"}""", "by")]
    public async Task Pause_BadBody_NamesTheFieldAndPausesNothing(string body, string field)
    {
        var (name, before) = await CreateAsync();

        var problem = await SendAsync($"{name}:pause", JsonSerializer.Deserialize<JsonElement>(body)).ProblemAsync(400, "invalid_request");

        Assert.Equal([field], problem.Fields.Keys);
        Assert.Equal(before.GetRawText(), (await _host.GetJsonAsync($"/v1/monitors/{name}")).GetRawText());
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task Change_NoSuchMonitor_IsNotFound(string verb) =>
        await SendAsync($"nobody:{verb}", new { seconds = 600, reason = "backup" }).ProblemAsync(404, "monitor_not_found");

    [Fact]
    public async Task Pause_NameThatEndsLikeIt_IsAMonitorLikeAnyOther()
    {
        var name = _host.NewName("m") + ":pause";
        await _host.Client.PostAsJsonAsync("/v1/monitors", Spec(name, 0)).TextAsync(HttpStatusCode.Created);

        await SendAsync($"{name}:pause", new { seconds = 600, reason = "backup" }).TextAsync();

        Assert.Equal("backup", (await _host.GetJsonAsync($"/v1/monitors/{name}")).GetProperty("pause").GetProperty("reason").GetString());
    }

    /// <summary>The period is an hour, so that only being woken makes the watch look.</summary>
    [Fact]
    public async Task Pause_GroupBelowItsMinimum_StaysAsItIsUntilResumed()
    {
        var (name, _) = await CreateAsync();
        await SendAsync($"{name}:pause", new { seconds = 600, reason = "backup" }).TextAsync();
        await _host.Client.PutAsJsonAsync($"/v1/monitors/{name}", Spec(name, 2)).TextAsync();

        await Soon.TrueAsync(async () => await ClampAsync(name) is ("pause", 2, 0), "a decision that the pause has changed from 2 to 0");
        var group = await _host.GetJsonAsync($"/v1/groups/{name}");
        await SendAsync($"{name}:resume").TextAsync();

        Assert.Equal(0, group.GetProperty("instances").GetArrayLength());
        Assert.Contains("somebody on this machine has paused it until", group.GetProperty("lastDecision").GetProperty("reason").GetString(), StringComparison.Ordinal);
        await IsStartedAsync(name);
    }

    [Fact]
    public async Task Pause_ItsTimeIsOver_EndsByItself()
    {
        var (name, _) = await CreateAsync(periodSeconds: 0.2);
        await SendAsync($"{name}:pause", new { seconds = 2, reason = "backup" }).TextAsync();

        await _host.Client.PutAsJsonAsync($"/v1/monitors/{name}", Spec(name, 1, 0.2)).TextAsync();

        await IsStartedAsync(name);
        Assert.True((await _host.GetJsonAsync($"/v1/monitors/{name}")).GetProperty("pause").GetProperty("until").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task DryRun_GroupBelowItsMinimum_SaysWhatItWouldDoAndDoesNothing()
    {
        var (name, _) = await CreateAsync(policy: new { isDryRun = true });
        await _host.Client.PutAsJsonAsync($"/v1/monitors/{name}", Spec(name, 2, policy: new { isDryRun = true })).TextAsync();

        await Soon.TrueAsync(async () => await ClampAsync(name) is ("dry-run", 2, 0), "a decision that the dry run has changed from 2 to 0");
        var group = await _host.GetJsonAsync($"/v1/groups/{name}");
        await _host.Client.PutAsJsonAsync($"/v1/monitors/{name}", Spec(name, 2)).TextAsync();

        Assert.Equal(0, group.GetProperty("instances").GetArrayLength());
        await IsStartedAsync(name);
    }

    [Fact]
    public async Task Pause_WithAKey_IsByItsRoleAndNeverByTheKey()
    {
        await using var host = await TestHost.StartAsync(options => options with { Keys = Keys.Ring });
        host.Client.DefaultRequestHeaders.Add("x-functions-key", Keys.Admin);
        await host.Client.PostAsJsonAsync("/v1/monitors", Spec("m", 0)).TextAsync(HttpStatusCode.Created);
        host.Client.DefaultRequestHeaders.Clear();
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Keys.Operator);

        var row = await host.Client.PostAsJsonAsync("/v1/monitors/m:pause", new { seconds = 600, reason = "backup" }).TextAsync();

        Assert.Contains("\"by\":\"operator\"", row, StringComparison.Ordinal);
        Assert.DoesNotContain(Keys.Operator, row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ann@example.com", "ann@example.com")]
    [InlineData("", "admin")]
    public async Task Pause_SignedIn_IsByTheNameThatThePlatformGives(string header, string by)
    {
        await using var host = await TestHost.StartAsync(options => options with { CallerCheck = CallerCheck.EasyAuth });
        var principal = Convert.ToBase64String("""{"claims":[{"typ":"roles","val":"Admin"}]}"""u8);
        host.Client.DefaultRequestHeaders.Add(EasyAuthPrincipal.Header, principal);
        host.Client.DefaultRequestHeaders.TryAddWithoutValidation("X-MS-CLIENT-PRINCIPAL-NAME", header);
        await host.Client.PostAsJsonAsync("/v1/monitors", Spec("m", 0)).TextAsync(HttpStatusCode.Created);

        var row = await host.Client.PostAsJsonAsync("/v1/monitors/m:pause", new { seconds = 600, reason = "backup" }).JsonAsync();

        Assert.Equal(by, row.GetProperty("pause").GetProperty("by").GetString());
    }

    [Fact]
    public async Task Pause_BehindTheFunctionsHost_IsByWhomTheHostHasLetPass()
    {
        await using var host = await TestHost.StartAsync(options => options with { CallerCheck = CallerCheck.FunctionsHost });
        host.Client.DefaultRequestHeaders.Add("x-functions-key", Keys.Admin);
        await host.Client.PostAsJsonAsync("/v1/monitors", Spec("m", 0)).TextAsync(HttpStatusCode.Created);

        var row = await host.Client.PostAsJsonAsync("/v1/monitors/m:pause", new { seconds = 600, reason = "backup" }).TextAsync();

        Assert.Contains("\"by\":\"a holder of a function key\"", row, StringComparison.Ordinal);
        Assert.DoesNotContain(Keys.Admin, row, StringComparison.Ordinal);
    }

    /// <summary>That it starts shows in the first decision; that it cannot, since there is no such program, in later ones.</summary>
    private Task IsStartedAsync(string tag) => Soon.TrueAsync(
        async () => (await _host.GetJsonAsync($"/v1/decisions?tag={tag}&top=1000")).GetProperty("value").EnumerateArray().Any(one => one.GetProperty("start").GetArrayLength() > 0),
        $"a decision that starts instances of {tag}");

    private async Task<(string Name, int Before, int After)?> ClampAsync(string tag)
    {
        var group = await _host.GetJsonAsync($"/v1/groups/{tag}");
        if (!group.TryGetProperty("lastDecision", out var decision) || decision.GetProperty("clamps").EnumerateArray().LastOrDefault() is not { ValueKind: JsonValueKind.Object } clamp)
            return null;
        return (clamp.GetProperty("name").GetString()!, clamp.GetProperty("before").GetInt32(), clamp.GetProperty("after").GetInt32());
    }

    private async Task<(string Name, JsonElement Row)> CreateAsync(double periodSeconds = 3600, object? policy = null)
    {
        var name = _host.NewName("m");
        return (name, await _host.Client.PostAsJsonAsync("/v1/monitors", Spec(name, 0, periodSeconds, policy)).JsonAsync(HttpStatusCode.Created));
    }

    private static object Spec(string name, int minInstances, double periodSeconds = 3600, object? policy = null) => new
    {
        name,
        tag = name.Replace(":", "-", StringComparison.Ordinal),
        minInstances,
        maxInstances = 3,
        allocateType = "local",
        allocateStrategy = "Threshold",
        profile = TestProfiles.Startable,
        periodSeconds,
        policy,
    };

    private async Task<HttpResponseMessage> SendAsync(string target, object? body = null, string? etag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/monitors/{target}") { Content = body is null ? null : JsonContent.Create(body) };
        if (etag is not null)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(etag));
        return await _host.Client.SendAsync(request);
    }
}
