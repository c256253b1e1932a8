using System.Text;
using ControlPlane.Core.Backends;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Routing;

public class TagTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData("{0}")]
    [InlineData("unknown,{0}")]
    [InlineData("{0},{0}")]
    [InlineData(" {0} ,")]
    public async Task Run_TagsInAForm_LeadToTheBackend(string tags)
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);

        await _host.RunAsync(string.Format(null, tags, tag)).TextAsync();

        Assert.Single(engine.Runs);
    }

    [Fact]
    public async Task Run_TagsInTheQuery_ReachTheBackendToo()
    {
        var tag = _host.NewName("华东");
        await using var engine = await _host.StartEngineAsync(tag);

        await _host.PostAsync($"/run/script?tags={Uri.EscapeDataString(tag)}", "sql=select+1").TextAsync();

        Assert.Equal($"/run/script?tags={Uri.EscapeDataString(tag)}", Assert.Single(engine.Runs).Target);
    }

    [Theory]
    [InlineData("""{"sql":"select 1","tags":"%"}""")]
    [InlineData("""{"sql":"select 1","tags":["x","%"]}""")]
    public async Task PeerDefect10_TagsInAJsonBody_LeadToTheBackend(string json)
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        var text = json.Replace("%", tag, StringComparison.Ordinal);
        using var body = new StringContent(text, null, "application/json");

        await _host.Client.PostAsync(new Uri("/run/script", UriKind.Relative), body).TextAsync();

        var seen = Assert.Single(engine.Runs);
        Assert.Equal((text, "application/json; charset=utf-8"), (seen.Body, seen.Headers["Content-Type"]));
    }

    [Fact]
    public async Task PeerDefect10_MultipartWithTagsInTheQuery_IsPassedOnWhole()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        using var body = new MultipartFormDataContent("a-boundary") { { new StringContent("select 1"), "sql" } };
        var sent = await body.ReadAsStringAsync();

        await _host.Client.PostAsync(new Uri($"/run/script?tags={tag}", UriKind.Relative), body).TextAsync();

        Assert.Equal(sent, Assert.Single(engine.Runs).Body);
    }

    [Fact]
    public async Task Run_TagsTwice_AreOneList()
    {
        var (one, two) = (_host.NewName(), _host.NewName());
        await using var engine = await _host.StartEngineAsync(two);

        await _host.PostAsync("/run/script", $"tags={one}&sql=select+1&tags={two}").TextAsync();

        Assert.Equal($"tags={one}&sql=select+1&tags={two}", Assert.Single(engine.Runs).Body);
    }

    [Fact]
    public async Task Run_ChunkedBodyInSmallPieces_IsRoutedAndPassedOnWhole()
    {
        var tag = _host.NewName("组");
        await using var engine = await _host.StartEngineAsync(tag);
        var form = $"sql=select+'{new string('x', 300)}'&proxyStrategy=JobNumAware&owner=me&tags={Uri.EscapeDataString(tag)}";
        using var client = await RawClient.ConnectAsync(_host.Address);
        await client.SendAsync($"POST /run/script HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n");

        foreach (var piece in form.Chunk(3))
            await client.SendAsync($"{Encoding.UTF8.GetByteCount(piece):x}\r\n{new string(piece)}\r\n");
        await client.SendAsync("0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(form, Assert.Single(engine.Runs).Body);
    }

    [Fact]
    public async Task Run_BodyOverThePeekLimit_IsPassedOnWhole()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        var sql = new string('x', 3 * RouteParameters.PeekLimit);

        await _host.PostAsync("/run/script", $"tags={tag}&sql={sql}").TextAsync();

        Assert.Equal($"tags={tag}&sql={sql}", Assert.Single(engine.Runs).Body);
    }

    [Fact]
    public async Task Run_TagsBehindThePeekLimit_SaysWhereTheyMustStand()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);

        var problem = await _host.PostAsync("/run/script", $"sql={new string('x', RouteParameters.PeekLimit)}&tags={tag}").ProblemAsync(400, "tags_required");

        Assert.Contains("512 KiB", problem.Detail, StringComparison.Ordinal);
        Assert.Empty(engine.Runs);
    }

    [Theory]
    [InlineData("sql=select+1")]
    [InlineData("sql=select+1&tags=")]
    [InlineData("sql=select+1&tags=,+,")]
    [InlineData("")]
    public async Task RunScript_NoTags_IsRefused(string form) =>
        Assert.Contains("tags", (await _host.PostAsync("/run/script", form).ProblemAsync(400, "tags_required")).Fields.Keys);

    [Fact]
    public async Task Run_TagsThatNobodyHas_AreNamed()
    {
        var problem = await _host.RunAsync("nobody,无").ProblemAsync(404, "no_tag_match");

        Assert.Contains("nobody, 无", problem.Detail, StringComparison.Ordinal);
        Assert.Contains("/backend/list", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BackendState.Unhealthy)]
    [InlineData(BackendState.Draining)]
    public async Task Run_OnlyBackendsThatTakeNoWork_IsRefusedWithTheirStates(BackendState state)
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        await SetStateAsync(engine, state);

        var problem = await _host.RunAsync(tag).ProblemAsync(503, "no_healthy_backend");

        Assert.Contains($"{engine.Name} {state.ToString().ToLowerInvariant()}", problem.Detail, StringComparison.Ordinal);
        Assert.NotNull(problem.RetryAfter);
        Assert.Empty(engine.Runs);
    }

    [Fact]
    public async Task Run_OneIsDraining_NewWorkGoesToTheOtherAndOldWorkGoesOn()
    {
        var tag = _host.NewName();
        await using var draining = await _host.StartEngineAsync(tag);
        draining.Hold();
        var old = _host.RunAsync(tag);
        await draining.RunningAsync(1);
        await using var other = await _host.StartEngineAsync(tag);
        await SetStateAsync(draining, BackendState.Draining);

        for (var i = 0; i < 10; i++)
            Assert.Equal($"\"{other.Name}\"", await _host.RunAsync(tag).TextAsync());

        draining.LetAllGo();
        Assert.Equal($"\"{draining.Name}\"", await old.TextAsync());
        Assert.Single(draining.Runs);
    }

    [Fact]
    public async Task RunSql_NoTags_GoesToAnyBackend()
    {
        await using var host = await TestHost.StartAsync();
        await using var engine = await host.StartEngineAsync("any");

        Assert.Equal($"\"{engine.Name}\"", await host.PostAsync("/run/sql", "sql=select+1").TextAsync());
        Assert.Equal("/run/sql", Assert.Single(engine.Runs).Target);
    }

    [Fact]
    public async Task RunSql_NoBackendAtAll_SaysSo()
    {
        await using var host = await TestHost.StartAsync();

        var problem = await host.PostAsync("/run/sql", "sql=select+1").ProblemAsync(404, "no_tag_match");

        Assert.Contains("no backend at all", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ByGet_IsForwardedAsGet()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);

        await _host.Client.GetAsync(new Uri($"/run/script?sql=select%201&tags={tag}", UriKind.Relative)).TextAsync();

        var seen = Assert.Single(engine.Runs);
        Assert.Equal(("GET", $"/run/script?sql=select%201&tags={tag}"), (seen.Method, seen.Target));
    }

    private async Task SetStateAsync(FakeEngine engine, BackendState state)
    {
        await _host.Get<Registry<Backend>>().ChangeAsync(engine.Name, null, backend => backend with { State = state });
        await _host.StateAsync(engine.Name, state);
    }
}
