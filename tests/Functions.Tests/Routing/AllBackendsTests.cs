using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Routing;

public class AllBackendsTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task PeerDefect08_AllBackends_RunAtOnceAndGiveOneJsonArray()
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 3);
        using var all = new CountdownEvent(3);
        var together = new TaskCompletionSource();
        foreach (var engine in engines)
        {
            engine.OnRun = async (context, _) =>
            {
                // Nobody answers before all have been asked.
                if (all.Signal())
                    together.SetResult();
                await together.Task.SoonAsync("all three to be asked at once");
                await context.Response.WriteAsync($$"""[{"from":"{{engine.Name}}"}]""");
            };
        }

        var answers = (await AskAsync(tag).JsonAsync()).EnumerateArray().ToList();

        Assert.Equal(engines.Select(engine => engine.Name), answers.Select(answer => answer.GetProperty("backend").GetString()));
        Assert.Equal(engines.Select(engine => engine.Name), answers.Select(answer => answer.GetProperty("body")[0].GetProperty("from").GetString()));
        Assert.All(answers, answer => Assert.Equal(200, answer.GetProperty("status").GetInt32()));
        Assert.All(answers, answer => Assert.True(answer.GetProperty("durationMs").GetDouble() >= 0));
        await StopAsync(engines);
    }

    [Fact]
    public async Task PeerDefect08_OneFails_Is502AndSaysWhatEachDid()
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 3);
        engines[0].OnRun = (context, _) =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("syntax error at 'x'");
        };
        engines[1].OnRun = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var answers = (await AskAsync(tag).JsonAsync(HttpStatusCode.BadGateway)).EnumerateArray().ToList();

        Assert.Equal((500, "syntax error at 'x'"), (answers[0].GetProperty("status").GetInt32(), answers[0].GetProperty("body").GetString()));
        Assert.Equal("backend_failed", CodeOf(answers[1]));
        Assert.Equal(engines[2].Name, answers[2].GetProperty("body").GetString());
        Assert.All(engines, engine => Assert.Single(engine.Runs));
        await StopAsync(engines);
    }

    [Fact]
    public async Task AllBackends_OneMatch_IsStillAnArray()
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 1);

        Assert.Equal(1, (await AskAsync(tag).JsonAsync()).GetArrayLength());
        await StopAsync(engines);
    }

    [Fact]
    public async Task AllBackends_NoMatch_IsNotFound() => await AskAsync("nobody").ProblemAsync(404, "no_tag_match");

    [Theory]
    [InlineData(BackendState.Unhealthy)]
    [InlineData(BackendState.Draining)]
    public async Task AllBackends_OneTakesNoWork_IsReportedAsNotSent(BackendState state)
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 2);
        await _host.Get<Registry<Backend>>().ChangeAsync(engines[0].Name, null, backend => backend with { State = state });
        await _host.StateAsync(engines[0].Name, state);

        var answers = (await AskAsync(tag).JsonAsync(HttpStatusCode.BadGateway)).EnumerateArray().ToList();

        Assert.Equal("no_healthy_backend", CodeOf(answers[0]));
        Assert.Contains("not sent", answers[0].GetProperty("error").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, answers[1].GetProperty("status").GetInt32());
        Assert.Empty(engines[0].Runs);
        await StopAsync(engines);
    }

    [Fact]
    public async Task AllBackends_OneIsSuspect_IsReportedAsNotSentWithoutWaiting()
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 2);

        // Without the event that would have the health checks look at once: it stays suspect.
        _host.Find(engines[0].Name)!.Suspect("a test says so");

        var answers = (await AskAsync(tag).JsonAsync(HttpStatusCode.BadGateway)).EnumerateArray().ToList();

        Assert.Equal("no_healthy_backend", CodeOf(answers[0]));
        Assert.Empty(engines[0].Runs);
        await StopAsync(engines);
    }

    [Fact]
    public async Task AllBackends_OneIsDead_IsReportedAndTakenOut()
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 2);
        await engines[0].DisposeAsync();

        var answers = (await AskAsync(tag).JsonAsync(HttpStatusCode.BadGateway)).EnumerateArray().ToList();

        Assert.Equal("backend_unreachable", CodeOf(answers[0]));
        await _host.StateAsync(engines[0].Name, BackendState.Unhealthy);
        await engines[1].DisposeAsync();
    }

    /// <summary>The limit is the profile's, as for a request to one backend.</summary>
    [Fact]
    public async Task AllBackends_ConnectionsThatTakeTooLong_CountAsNotSent()
    {
        var tag = _host.NewName();

        // Listens and never accepts: once its backlog is full, connecting takes for ever.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(1);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var fillers = Enumerable.Range(0, 8).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var filler in fillers)
            _ = filler.ConnectAsync(IPAddress.Loopback, port);
        var name = _host.NewName();
        await _host.RegisterAsync(name, $"127.0.0.1:{port}", tag, TestProfiles.Hasty);
        await _host.Get<Registry<Backend>>().ChangeAsync(name, null, backend => backend with { State = BackendState.Ready });
        await _host.StateAsync(name, BackendState.Ready);

        var answer = Assert.Single((await AskAsync(tag).JsonAsync(HttpStatusCode.BadGateway)).EnumerateArray());

        Assert.Equal("backend_unreachable", CodeOf(answer));
        Assert.InRange(answer.GetProperty("durationMs").GetDouble(), 99, 4_900);
        fillers.ForEach(filler => filler.Dispose());
    }

    [Fact]
    public async Task AllBackends_OneIsTooSlow_IsReportedAsTimedOut()
    {
        var tag = _host.NewName();
        await using var slow = await _host.StartEngineAsync(tag, TestProfiles.Impatient);
        slow.Hold();
        await using var quick = await _host.StartEngineAsync(tag);

        var answers = (await AskAsync(tag).JsonAsync(HttpStatusCode.BadGateway)).EnumerateArray().ToList();

        Assert.Equal("backend_timeout", CodeOf(answers[0]));
        Assert.Equal(200, answers[1].GetProperty("status").GetInt32());
        await slow.RunningAsync(0);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task AllBackends_ConnectionUsedBeforeIsClosedAfterReading_IsNotSentAgain(string method)
    {
        var tag = _host.NewName();
        using var engine = new RawEngine(async (connection, request) =>
        {
            if (request == 1)
                await RawEngine.SendAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
            else
                connection.Close();
        });
        await _host.AddRawAsync(engine, tag);
        await SendAsync(method, tag).JsonAsync();

        var answer = Assert.Single((await SendAsync(method, tag).JsonAsync(HttpStatusCode.BadGateway)).EnumerateArray());

        Assert.Equal("backend_failed", CodeOf(answer));
        Assert.Equal(2, engine.Requests);
    }

    [Fact]
    public async Task AllBackends_BodiesOfAllKinds_StandAsJsonOrText()
    {
        var tag = _host.NewName();
        byte[][] bodies = [[], [.. "{\"a\":[1,null]}"u8], [.. "{\"a\":"u8], [.. "\""u8, 0xff, 0xfe, .. "\""u8], [.. "华东"u8], [.. " 1 "u8], [0xff]];
        var engines = await StartAsync(tag, bodies.Length);
        for (var i = 0; i < bodies.Length; i++)
        {
            var body = bodies[i];
            engines[i].OnRun = async (context, _) => await context.Response.Body.WriteAsync(body);
        }

        using var answer = await AskAsync(tag);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var strict = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
        var kinds = JsonSerializer.Deserialize<JsonElement>(strict.GetString(bytes)).EnumerateArray().Select(one => one.GetProperty("body").ValueKind);

        Assert.Equal(
            [JsonValueKind.String, JsonValueKind.Object, JsonValueKind.String, JsonValueKind.String, JsonValueKind.String, JsonValueKind.Number, JsonValueKind.String],
            kinds);
        await StopAsync(engines);
    }

    [Fact]
    public async Task AllBackends_HeadersAndBody_ReachEveryBackend()
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 2);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/run/script?tags={tag}&proxyStrategy=AllBackends&x=%E5%8D%8E%2F")
        {
            Content = new StringContent("""{"sql":"select 1"}""", null, "application/json"),
        };
        request.Headers.Add("X-Trace", ["one", "two"]);
        request.Headers.Add("Cookie", "a=b");

        await _host.Client.SendAsync(request).TextAsync();

        foreach (var seen in engines.Select(engine => Assert.Single(engine.Runs)))
        {
            Assert.Equal($"/run/script?tags={tag}&proxyStrategy=AllBackends&x=%E5%8D%8E%2F", seen.Target);
            Assert.Equal("""{"sql":"select 1"}""", seen.Body);
            Assert.Equal("application/json; charset=utf-8", seen.Headers["Content-Type"]);
            Assert.Equal(("one, two", "a=b"), (seen.Headers["X-Trace"].Replace(",two", ", two", StringComparison.Ordinal), seen.Headers["Cookie"]));
        }

        await StopAsync(engines);
    }

    [Theory]
    [InlineData("AllBackends")]
    [InlineData("JobNumAware")]
    public async Task Run_HeaderThatIsNoAscii_IsPassedOn(string strategy)
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 1);
        using var client = await RawClient.ConnectAsync(_host.Address);

        await client.SendAsync($"GET /run/script?tags={tag}&proxyStrategy={strategy} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Owner: 华东\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal("华东", Assert.Single(engines[0].Runs).Headers["X-Owner"]);
        await StopAsync(engines);
    }

    [Fact]
    public async Task AllBackends_ClientGoes_CancelsAtEveryBackend()
    {
        var tag = _host.NewName();
        var engines = await StartAsync(tag, 3);
        engines.ForEach(engine => engine.Hold());
        using var client = new CancellationTokenSource();
        var asking = _host.RunAsync(tag, "AllBackends", cancellation: client.Token);
        foreach (var engine in engines)
            await engine.RunningAsync(1);

        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        foreach (var engine in engines)
        {
            await engine.RunningAsync(0);
            await Soon.TrueAsync(() => _host.Find(engine.Name)!.InFlight == 0, "no job in flight");
            Assert.True(_host.Find(engine.Name)!.TakesWork);
        }

        await StopAsync(engines);
    }

    [Fact]
    public async Task AllBackends_OneIsFull_WaitsForItsPlace()
    {
        var tag = _host.NewName();
        await using var full = await _host.StartEngineAsync(tag, maxJobs: 1);
        full.Hold();
        var running = _host.RunAsync(tag);
        await full.RunningAsync(1);

        var asking = AskAsync(tag);
        await Soon.TrueAsync(() => !_host.Queue.IsEmpty, "the request to wait");
        full.LetAllGo();

        Assert.Equal(1, (await asking.JsonAsync()).GetArrayLength());
        await running.TextAsync();
        Assert.Equal(1, full.MostRunning);
    }

    private Task<HttpResponseMessage> AskAsync(string tag) => _host.RunAsync(tag, "AllBackendsStrategy");

    private async Task<HttpResponseMessage> SendAsync(string method, string tag)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/run/script?tags={tag}&proxyStrategy=AllBackends");
        if (method == "POST")
            request.Content = new StringContent("sql=select+1", null, "application/x-www-form-urlencoded");
        return await _host.Client.SendAsync(request);
    }

    private static string? CodeOf(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetString();

    private async Task<List<FakeEngine>> StartAsync(string tag, int count)
    {
        var engines = new List<FakeEngine>();
        for (var i = 0; i < count; i++)
            engines.Add(await _host.StartEngineAsync(tag));
        return engines;
    }

    private static async Task StopAsync(List<FakeEngine> engines)
    {
        foreach (var engine in engines)
            await engine.DisposeAsync();
    }
}
