using System.Diagnostics;
using System.Text.Json;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Article;

/// <summary>
/// The commands of the article that introduces MLSQL-Cluster, as they are printed there. Only their address is replaced,
/// and only where its port is not free; and "\ ", which the article has where a line was to be continued.
/// </summary>
public sealed class ArticleTests : IAsyncLifetime, IDisposable
{
    private const string PrintedAddress = "127.0.0.1:8080";
    private const string PrintedBackend = "127.0.0.1%3A9003";
    private const int PrintedBackendPort = 9003;
    private const string Add = "curl -XPOST http://127.0.0.1:8080/backend/add -d 'name=backend1&url=127.0.0.1%3A9003&tag=read%2Cwrite'";
    private const string Run = @"curl -X POST \ http://127.0.0.1:8080/run/script \ -H 'content-type: application/x-www-form-urlencoded' \ -d 'sql=select%20sleep(100000)%20as%20a%20as%20t%3B&tags=group1'";

    private readonly Site _site = Site.Make("article");
    private readonly int _backendPort = Port.FreeOr(PrintedBackendPort);
    private Process? _engine;

    public async Task InitializeAsync()
    {
        await _site.StartAsync("--listen", $"127.0.0.1:{Port.FreeOr(8080)}");
        _engine = Shell.Start(_site.Folder, $"exec '{Programs.SqlEngine}' --port {_backendPort} >engine.log 2>&1");
        await Eventually.TrueAsync(IsEngineUpAsync, $"an engine on port {_backendPort}");
    }

    public async Task DisposeAsync()
    {
        await _site.DisposeAsync();
        Dispose();
    }

    public void Dispose() => _engine?.Dispose();

    [Fact]
    public async Task AddAndRun_AsPrinted_NeedTheTagThatTheArticleForgot()
    {
        Assert.Equal("""{"msg":"success"}""", await CurlAsync(Add));

        var refused = Parse(await CurlAsync(Run));

        // The article adds its backend without the tag group1 and then asks for it.
        Assert.Equal((404, "no_tag_match"), (refused.GetProperty("status").GetInt32(), refused.GetProperty("code").GetString()));
        Assert.Contains("group1", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await AppendGroup1Async();
        Assert.Equal("""[{"a":100}]""", await CurlAsync(Run.Replace("100000", "100", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_AsPrinted_ArrivesAtTheEngineAndEndsWhenItsCallerGoes()
    {
        await CurlAsync(Add);
        await AppendGroup1Async();

        using var caller = Shell.Start(_site.Folder, "exec " + ToLine(Run));
        await Eventually.TrueAsync(async () => (await RunningJobsAsync()).Contains("select sleep(100000) as a as t;", StringComparison.Ordinal), "the job at the engine");
        caller.Kill();

        await Eventually.TrueAsync(async () => await RunningJobsAsync() == "{}", "the end of the job");
    }

    [Theory]
    [InlineData("ResourceAwareStrategy")]
    [InlineData("JobNumAwareStrategy")]
    [InlineData("AllBackendsStrategy")]
    public async Task Run_WithEachStrategyOfTheArticle_Answers(string strategy)
    {
        await CurlAsync(Add);
        await AppendGroup1Async();

        var answer = Parse(await CurlAsync(Run.Replace("100000", "10", StringComparison.Ordinal).Replace("tags=group1", $"tags=group1&proxyStrategy={strategy}", StringComparison.Ordinal)));

        var row = strategy == "AllBackendsStrategy" ? answer[0].GetProperty("body")[0] : answer[0];
        Assert.Equal(10, row.GetProperty("a").GetInt32());
    }

    [Theory]
    [InlineData("JobNumAwareAllocateStrategy")]
    [InlineData("JobNumAwareAllocate")]
    public async Task MonitorAdd_WithTheFieldsOfTheArticle_BringsTheGroupToItsMinimum(string strategy)
    {
        var added = await _site.Client.PostFormAsync(
            "/monitor/add",
            ("name", "jack-monitor"),
            ("tag", "jack"),
            ("minInstances", "1"),
            ("maxInstances", "3"),
            ("allocateType", "local"),
            ("allocateStrategy", strategy));

        Assert.Equal("""{"msg":"success"}""", added);
        await Convergence.ReachAsync(_site, "jack", 1);
        var listed = Assert.Single(Parse(await CurlAsync($"curl -s http://{PrintedAddress}/monitor/list")).EnumerateArray());
        Assert.Equal(("jack-monitor", "jack", 1, 3), (Text(listed, "name"), Text(listed, "tag"), Number(listed, "minInstances"), Number(listed, "maxInstances")));
        Assert.Equal("local", Text(listed, "allocateType"));
        Assert.True((await _site.Client.RunAsync("jack", "select 1")).IsWell);
    }

    private Task<string> AppendGroup1Async() => CurlAsync($"curl -XPOST http://{PrintedAddress}/backend/tags/update -d 'name=backend1&tags=group1&merge=append'");

    private Task<string> CurlAsync(string printed) => Shell.RunAsync(_site.Folder, ToLine(printed));

    private string ToLine(string printed) => printed
        .Replace(@"\ ", "\\\n", StringComparison.Ordinal)
        .Replace(PrintedAddress, _site.Client.Url.Authority, StringComparison.Ordinal)
        .Replace(PrintedBackend, $"127.0.0.1%3A{_backendPort}", StringComparison.Ordinal);

    private async Task<bool> IsEngineUpAsync()
    {
        try
        {
            return (await _site.Client.GetAsync($"http://127.0.0.1:{_backendPort}/health/readiness")).IsWell;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<string> RunningJobsAsync() => (await _site.Client.GetAsync($"http://127.0.0.1:{_backendPort}/runningjobs")).Body;

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
