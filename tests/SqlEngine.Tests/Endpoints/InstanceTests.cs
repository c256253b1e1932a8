using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.TestKit;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Endpoints;

public sealed class InstanceTests
{
    private const string Ready = """{"status":"IN_SERVICE","components":{"readinessProbe":{"status":"IN_SERVICE"}}}""";
    private const string NotReady = """{"status":"OUT_OF_SERVICE","components":{"readinessProbe":{"status":"OUT_OF_SERVICE"}}}""";

    [Fact]
    public async Task Resource_Idle_ShowsTheMachine()
    {
        await using var engine = await TestEngine.StartAsync(new EngineOptions { Cores = 7 });

        var resource = await engine.GetAsync("/instance/resource");

        Assert.Equal(["totalCores", "totalTasks", "totalUsedMemory", "totalMemory"], resource.EnumerateObject().Select(field => field.Name));
        Assert.Equal((7, 0), (resource.GetProperty("totalCores").GetInt64(), resource.GetProperty("totalTasks").GetInt64()));
        var used = resource.GetProperty("totalUsedMemory").GetInt64();
        Assert.InRange(used, 10_000_000, resource.GetProperty("totalMemory").GetInt64());
    }

    [Fact]
    public async Task Info_Instance_SaysWhatItIs()
    {
        var time = new FakeTimeProvider();
        await using var engine = await TestEngine.StartAsync(new EngineOptions { Name = "a", EngineVersion = "9.9" }, time);

        var info = await engine.GetAsync("/instance/info");

        Assert.Equal(("a", "9.9"), (info.GetProperty("name").GetString(), info.GetProperty("version").GetString()));
        Assert.Equal(("ready", 0), (info.GetProperty("state").GetString(), info.GetProperty("jobs").GetInt32()));
        Assert.Equal("private, in memory", info.GetProperty("database").GetString());
        Assert.Equal(time.GetUtcNow(), info.GetProperty("startedAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Check_Always_IsEmpty()
    {
        await using var engine = await TestEngine.StartAsync();

        Assert.Equal("{}", await engine.Client.GetStringAsync("/check"));
        Assert.Equal("""{"status":"UP","components":{"livenessProbe":{"status":"UP"}}}""", await engine.Client.GetStringAsync("/health/liveness"));
    }

    [Fact]
    public async Task Readiness_StartupDelay_IsOutOfServiceUntilItHasPassed()
    {
        var time = new FakeTimeProvider();
        await using var engine = await TestEngine.StartAsync(new EngineOptions { StartupDelay = TimeSpan.FromSeconds(10) }, time);
        time.Advance(TimeSpan.FromSeconds(7.5));

        await AssertReadinessAsync(engine, HttpStatusCode.ServiceUnavailable, NotReady);
        using var refused = await engine.RunAsync("select 1");
        await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "starting");
        Assert.Equal(TimeSpan.FromSeconds(3), refused.Headers.RetryAfter?.Delta);
        Assert.Equal("starting", (await engine.GetAsync("/instance/info")).GetProperty("state").GetString());
        await engine.Client.GetStringAsync("/health/liveness");

        time.Advance(TimeSpan.FromSeconds(2.5));
        await AssertReadinessAsync(engine, HttpStatusCode.OK, Ready);
        await engine.AnswerAsync("select 1");
    }

    [Fact]
    public async Task Drain_RunningJob_GoesOnWhileNewWorkIsRefused()
    {
        await using var engine = await TestEngine.StartAsync();
        var running = engine.RunAsync("select sleep(600000)", [("jobName", "j")]);
        await engine.UntilRunningAsync(1);

        Assert.Equal(("draining", 1), await ChangeAsync(engine, "/instance/drain"));
        Assert.Equal(("draining", 1), await ChangeAsync(engine, "/instance/drain"));

        await AssertReadinessAsync(engine, HttpStatusCode.ServiceUnavailable, NotReady);
        using var refused = await engine.RunAsync("select 1");
        await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "draining");
        Assert.NotNull(refused.Headers.RetryAfter);
        using var refusedAsync = await engine.RunAsync("select 1", [("async", "true"), ("callback", "http://127.0.0.1:1/")]);
        await refusedAsync.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "draining");
        Assert.Equal(1, await engine.TotalTasksAsync());
        await engine.PostAsync("/killjob", ("jobName", "j"));
        await running;
    }

    [Fact]
    public async Task Undrain_Draining_TakesWorkAgain()
    {
        await using var engine = await TestEngine.StartAsync();
        await ChangeAsync(engine, "/instance/drain");

        Assert.Equal(("ready", 0), await ChangeAsync(engine, "/instance/undrain"));

        await AssertReadinessAsync(engine, HttpStatusCode.OK, Ready);
        await engine.AnswerAsync("select 1");
    }

    private static async Task AssertReadinessAsync(TestEngine engine, HttpStatusCode status, string body)
    {
        using var response = await engine.Client.GetAsync("/health/readiness");
        Assert.Equal((status, body), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    private static async Task<(string? State, int RunningJobs)> ChangeAsync(TestEngine engine, string path)
    {
        using var response = await engine.Client.PostAsync(path, null);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (body.GetProperty("state").GetString(), body.GetProperty("runningJobs").GetInt32());
    }
}
