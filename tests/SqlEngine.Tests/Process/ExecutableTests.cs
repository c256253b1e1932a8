using System.Net;

namespace ControlPlane.SqlEngine.Tests.Process;

public sealed class ExecutableTests : IDisposable
{
    private readonly HttpClient _client = new();

    [Fact]
    public async Task Help_ListsTheFlags()
    {
        using var engine = EngineProcess.Start("--help");

        var (exitCode, errors) = await engine.EndAsync();

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains(engine.Lines, line => line.Contains("--drain-timeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_BadFlag_ExitsWithTwoAndOneLine()
    {
        using var engine = EngineProcess.Start("--port", "x");

        var (exitCode, errors) = await engine.EndAsync();

        Assert.Equal((2, "sql-engine: --port wants a number from 0 to 65535, not 'x'\n"), (exitCode, errors));
        Assert.Empty(engine.Lines);
    }

    [Fact]
    public async Task Start_PortInUse_ExitsWithOneAndOneLine()
    {
        using var first = await EngineProcess.ServeAsync();
        using var second = EngineProcess.Start("--port", $"{first.Url.Port}");

        var (exitCode, errors) = await second.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("sql-engine: cannot start: ", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseInNoFolder_ExitsWithOneAndOneLine()
    {
        using var engine = EngineProcess.Start("--port", "0", "--database", "/nowhere/at/all.db");

        var (exitCode, errors) = await engine.EndAsync();

        Assert.Equal((1, "sql-engine: cannot use the database /nowhere/at/all.db: unable to open database file\n"), (exitCode, errors));
    }

    [Fact]
    public async Task Sigterm_RunningJob_EndsItsWorkThenTheProcess()
    {
        using var engine = await EngineProcess.ServeAsync("--name", "a", "--drain-timeout", "60");
        var running = RunAsync(engine, "select sleep(1500) as a");
        await UntilStateAsync(engine, "\"jobs\":1");

        await engine.SignalAsync("TERM");

        await UntilStateAsync(engine, "\"state\":\"stopping\"");
        await (await RunAsync(engine, "select 1")).ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "draining");
        using var undrain = await _client.PostAsync(new Uri(engine.Url, "/instance/undrain"), null);
        await undrain.ShouldBeProblemAsync(HttpStatusCode.Conflict, "stopping");
        Assert.Equal("""[{"a":1500}]""", await (await running).Content.ReadAsStringAsync());
        Assert.Equal((0, ""), await engine.EndAsync());
        AssertLines(engine, "a 0.1.0 listens on http://127.0.0.1:", "a drains, 1 jobs run", "a stopped");
    }

    [Fact]
    public async Task Sigterm_JobOutlastsTheDrainTimeout_IsCancelled()
    {
        using var engine = await EngineProcess.ServeAsync("--name", "a", "--drain-timeout", "0.2");
        var running = RunAsync(engine, "select sleep(600000)");
        await UntilStateAsync(engine, "\"jobs\":1");

        await engine.SignalAsync("TERM");

        var problem = await (await running).ShouldBeProblemAsync(HttpStatusCode.Conflict, "job_cancelled");
        Assert.Contains("The engine stops", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await engine.EndAsync()).ExitCode);
        AssertLines(engine, "a 0.1.0 listens on", "a drains, 1 jobs run", "a cancels 1 jobs that outlasted the drain timeout", "a stopped");
    }

    [Fact]
    public async Task Sigterm_AsyncJob_DeliversItsCallbackFirst()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.InternalServerError);
        using var engine = await EngineProcess.ServeAsync("--drain-timeout", "60");
        var callback = Uri.EscapeDataString(receiver.Url);
        await _client.GetStringAsync(new Uri(engine.Url, $"/run/script?sql=select+sleep(300)+as+a&async=true&maxRetries=3&callback={callback}"));

        await engine.SignalAsync("TERM");

        Assert.Equal(0, (await engine.EndAsync()).ExitCode);
        Assert.Equal("""[{"a":300}]""", (await receiver.NextAsync()).Form["res"]);
        Assert.Equal("""[{"a":300}]""", (await receiver.NextAsync()).Form["res"]);
    }

    [Fact]
    public async Task Kill_PrivateDatabase_IsDeletedByTheNextStart()
    {
        using var killed = await EngineProcess.ServeAsync();
        var folder = await PrivateFolderAsync(killed);
        await killed.SignalAsync("KILL");
        await killed.EndAsync();

        using var next = await EngineProcess.ServeAsync();

        Assert.False(Directory.Exists(folder));
        Assert.True(Directory.Exists(await PrivateFolderAsync(next)));
        await next.SignalAsync("TERM");
        await next.EndAsync();
    }

    public void Dispose() => _client.Dispose();

    private static void AssertLines(EngineProcess engine, params string[] expected)
    {
        Assert.Equal(expected.Length, engine.Lines.Count);
        Assert.All(engine.Lines.Zip(expected), pair => Assert.Contains(pair.Second, pair.First, StringComparison.Ordinal));
    }

    private Task<HttpResponseMessage> RunAsync(EngineProcess engine, string sql) =>
        _client.GetAsync(new Uri(engine.Url, $"/run/script?sql={Uri.EscapeDataString(sql)}"));

    private async Task<string?> PrivateFolderAsync(EngineProcess engine)
    {
        var rows = await (await RunAsync(engine, "select file from pragma_database_list where name = 'main'")).Content.ReadAsStringAsync();
        return Path.GetDirectoryName(System.Text.Json.JsonDocument.Parse(rows).RootElement[0].GetProperty("file").GetString());
    }

    private Task UntilStateAsync(EngineProcess engine, string part) => Eventually.TrueAsync(
        async () => (await _client.GetStringAsync(new Uri(engine.Url, "/instance/info"))).Contains(part, StringComparison.Ordinal),
        part);
}
