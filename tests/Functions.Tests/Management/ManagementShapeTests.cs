using System.Globalization;
using System.Net;
using System.Text.Json;
using ControlPlane.Durable.Protocol;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Management;

/// <summary>The JSON and the headers of answers, and what calls do. Source: durable-protocol, section 9.1.</summary>
public sealed class ManagementShapeTests(ManagementSite site) : IClassFixture<ManagementSite>
{
    private const string Watch = """{"monitor":"nobody","tag":"none"}""";

    private static readonly string[] StatusMembers =
        ["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime"];

    [Fact]
    public async Task Start_GivesTheAddressesOfTheInstance()
    {
        using var answer = await site.SendAsync("POST", "orchestrators/WatchGroup", Watch);

        var links = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        var id = links.GetProperty("id").GetString()!;
        var instance = $"{site.Host.Address}runtime/webhooks/durabletask/instances/{id}";
        const string Query = "taskHub=ControlPlane&connection=Storage";
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["id"] = id,
                ["statusQueryGetUri"] = $"{instance}?{Query}",
                ["sendEventPostUri"] = $"{instance}/raiseEvent/{{eventName}}?{Query}",
                ["terminatePostUri"] = $"{instance}/terminate?reason={{text}}&{Query}",
                ["purgeHistoryDeleteUri"] = $"{instance}?{Query}",
                ["restartPostUri"] = $"{instance}/restart?{Query}",
                ["suspendPostUri"] = $"{instance}/suspend?reason={{text}}&{Query}",
                ["resumePostUri"] = $"{instance}/resume?reason={{text}}&{Query}",
            },
            links.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!));
        Assert.Equal(links.GetProperty("statusQueryGetUri").GetString(), answer.Headers.Location!.OriginalString);
        Assert.Equal("10", answer.Headers.GetValues("Retry-After").Single());
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Read_EndedInstance_HasTheDocumentedMembers()
    {
        var before = DateTimeOffset.UtcNow;
        var id = await site.EndedAsync();

        using var answer = await site.SendAsync("GET", $"instances/{id}");

        var status = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.Equal(StatusMembers, status.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("WatchGroup", id, "Completed"), (Text(status, "name"), Text(status, "instanceId"), Text(status, "runtimeStatus")));
        Assert.Equal("nobody", Text(status.GetProperty("input"), "monitor"));
        Assert.True(status.GetProperty("output").GetProperty("isOver").GetBoolean());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("customStatus").ValueKind);
        Assert.All((string[])["createdTime", "lastUpdatedTime"], name =>
        {
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", Text(status, name));
            Assert.InRange(DateTimeOffset.Parse(Text(status, name)!, CultureInfo.InvariantCulture), before.AddSeconds(-1), before.AddMinutes(1));
        });
        Assert.Null(answer.Headers.Location);
        Assert.False(answer.Headers.Contains("Retry-After"));
    }

    [Fact]
    public async Task Read_RunningInstance_SaysWhereAndWhenToLookAgain()
    {
        var path = $"instances/{await site.RunningAsync()}?taskHub=Any&returnInternalServerErrorOnFailure=true";

        using var answer = await site.SendAsync("GET", path);

        Assert.Equal($"{site.Host.Address}runtime/webhooks/durabletask/{path}", answer.Headers.Location!.OriginalString);
        Assert.Equal("5", answer.Headers.GetValues("Retry-After").Single());
    }

    [Theory]
    [InlineData("showInput=False", false)]
    [InlineData("showInput=false", false)]
    [InlineData("showInput=no", true)]
    [InlineData("showInput=TRUE", true)]
    public async Task Read_ShowInput_ShowsOrHidesIt(string query, bool isShown)
    {
        var id = await site.EndedAsync();

        var one = await site.GetAsync($"instances/{id}?{query}");
        var many = await site.GetAsync($"instances?instanceIdPrefix={id}&{query}");

        Assert.Equal(isShown, one.GetProperty("input").ValueKind == JsonValueKind.Object);
        Assert.Equal(isShown, many[0].GetProperty("input").ValueKind == JsonValueKind.Object);
    }

    [Fact]
    public async Task Start_ThatWaits_GivesTheOutput()
    {
        var id = site.NewId();

        using var answer = await site.SendAsync("POST", $"orchestrators/WatchGroup/{id}?timeout=30&pollingInterval=0.01", Watch);

        var output = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(output.GetProperty("isOver").GetBoolean());
        Assert.Equal(0, output.GetProperty("sequence").GetInt64());
    }

    [Theory]
    [InlineData("", 200)]
    [InlineData("&returnInternalServerErrorOnFailure=true", 500)]
    public async Task Start_ThatWaitsForAFailure_GivesTheStatus(string query, int status)
    {
        using var answer = await site.SendAsync("POST", $"orchestrators/WatchGroup?timeout=30&pollingInterval=0.01{query}", "\"no input\"");

        var failed = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("Failed", Text(failed, "runtimeStatus"));
        Assert.NotEmpty(Text(failed, "output")!);
    }

    [Theory]
    [InlineData("timeout=0.2&pollingInterval=0.1", true)]
    [InlineData("timeout=30", false)]
    [InlineData("pollingInterval=30", false)]
    [InlineData("timeout=soon&pollingInterval=30", false)]
    [InlineData("timeout=1&pollingInterval=30", false)]
    public async Task Restart_ThatDoesNotEndInTime_IsAccepted(string query, bool waits)
    {
        var id = await site.RunningAsync();
        var start = TimeProvider.System.GetTimestamp();

        using var answer = await site.SendAsync("POST", $"instances/{id}/restart?{query}");

        var links = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        var took = TimeProvider.System.GetElapsedTime(start);
        await site.SendAsync("POST", $"instances/{Text(links, "id")}/terminate").TextAsync(HttpStatusCode.Accepted);
        Assert.Equal((HttpStatusCode.Accepted, "10"), (answer.StatusCode, answer.Headers.GetValues("Retry-After").Single()));
        Assert.True(waits ? took >= TimeSpan.FromSeconds(0.2) : took < TimeSpan.FromSeconds(25), $"It took {took}.");
    }

    [Fact]
    public async Task Restart_RunsTheSameAgain()
    {
        var id = await site.EndedAsync();

        var links = await site.SendAsync("POST", $"instances/{id}/restart").JsonAsync(HttpStatusCode.Accepted);
        var same = await site.SendAsync("POST", $"instances/{id}/restart?restartWithNewInstanceId=False").JsonAsync(HttpStatusCode.Accepted);

        var again = Text(links, "id")!;
        await site.ReachesAsync(again, OrchestrationStatus.Completed);
        var status = await site.GetAsync($"instances/{again}");
        Assert.NotEqual(id, again);
        Assert.Equal(id, Text(same, "id"));
        Assert.Equal(("WatchGroup", "nobody"), (Text(status, "name"), Text(status.GetProperty("input"), "monitor")));
    }

    [Fact]
    public async Task Suspend_AndResume_ChangeTheRuntimeStatus()
    {
        var id = await site.RunningAsync();

        await site.SendAsync("POST", $"instances/{id}/suspend?reason=lunch").TextAsync(HttpStatusCode.Accepted);
        await site.ReachesAsync(id, OrchestrationStatus.Suspended);
        var suspended = await site.GetAsync($"instances/{id}", HttpStatusCode.Accepted);
        await site.SendAsync("POST", $"instances/{id}/resume").TextAsync(HttpStatusCode.Accepted);
        await site.ReachesAsync(id, OrchestrationStatus.Running);

        var resumed = await site.GetAsync($"instances/{id}", HttpStatusCode.Accepted);
        Assert.Equal(("Suspended", "Running"), (Text(suspended, "runtimeStatus"), Text(resumed, "runtimeStatus")));
    }

    [Theory]
    [InlineData("?reason=too%20much", "too much")]
    [InlineData("", null)]
    public async Task Terminate_Reason_BecomesTheOutput(string query, string? output)
    {
        // The tick would start a monitor's own watch again.
        var links = await site.SendAsync("POST", $"instances/{await site.RunningAsync()}/restart").JsonAsync(HttpStatusCode.Accepted);
        var id = Text(links, "id")!;

        await site.SendAsync("POST", $"instances/{id}/terminate{query}").TextAsync(HttpStatusCode.Accepted);
        await site.ReachesAsync(id, OrchestrationStatus.Terminated);

        var status = await site.GetAsync($"instances/{id}");
        Assert.Equal(("Terminated", output), (Text(status, "runtimeStatus"), status.GetProperty("output").GetString()));
    }

    [Fact]
    public async Task RaiseEvent_ReachesTheOrchestration()
    {
        var id = await site.RunningAsync();
        var before = await LookAsync(id);

        await site.SendAsync("POST", $"instances/{id}/raiseEvent/WAKE", "true").TextAsync(HttpStatusCode.Accepted);

        await Soon.TrueAsync(async () => await LookAsync(id) > before, "another look of the watch that was woken");
    }

    private async Task<long> LookAsync(string id) =>
        (await site.GetAsync($"instances/{id}", HttpStatusCode.Accepted)).GetProperty("input") is var input
        && input.TryGetProperty("look", out var look) && look.ValueKind == JsonValueKind.Number ? look.GetInt64() : -1;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
