using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Routing;

/// <summary>What passes through the whole pipeline, both ways.</summary>
public class PassingTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task PeerDefect10_HeadersBothWaysStatusAndType_ArePassedOn()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        engine.OnRun = (context, _) =>
        {
            context.Response.StatusCode = 418;
            context.Response.ContentType = "text/csv; charset=gbk";
            context.Response.Headers.Append("X-Rows", "3");
            context.Response.Headers.Append("Set-Cookie", new(["a=1", "b=2"]));
            return context.Response.WriteAsync("a,b");
        };
        using var request = Request($"/run/script?tags={tag}", "sql=select+1");
        request.Headers.Add("X-Owner", "me");
        request.Headers.Add("Cookie", "session=1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "bWU6cGFzcw==");

        using var answer = await _host.Client.SendAsync(request);

        Assert.Equal(418, (int)answer.StatusCode);
        Assert.Equal("text/csv; charset=gbk", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("3", Assert.Single(answer.Headers.GetValues("X-Rows")));
        Assert.Equal(["a=1", "b=2"], answer.Headers.GetValues("Set-Cookie"));
        Assert.Equal("a,b"u8.ToArray(), await answer.Content.ReadAsByteArrayAsync());
        var seen = Assert.Single(engine.Runs).Headers;
        Assert.Equal(("me", "session=1", "Basic bWU6cGFzcw=="), (seen["X-Owner"], seen["Cookie"], seen["Authorization"]));
        Assert.Equal(engine.Address, seen["Host"]);
    }

    [Fact]
    public async Task PeerDefect10_ErrorOfTheEngine_ComesAsTheEngineSaidIt()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        engine.OnRun = (context, _) =>
        {
            context.Response.StatusCode = 500;
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("table x not found");
        };

        Assert.Equal("table x not found", await _host.RunAsync(tag).TextAsync(HttpStatusCode.InternalServerError));
    }

    [Fact]
    public async Task Run_EveryParameterOfThePeer_ReachesTheEngineAsSent()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        var form = $"sql=select+1+as+a%2C%27%E5%8D%8E%27&owner=me&jobType=script&jobName=j1&timeout=-1&silence=false&sessionPerUser=true&async=true"
            + $"&callback=http%3A%2F%2Fh%3A1%2Fcb&skipInclude=false&skipAuth=true&tags={tag}&proxyStrategy=JobNumAwareStrategy&context.__default__x__=y&context.__default__x__=z&empty=&_method=POST";

        await _host.PostAsync("/run/script?access_token=t%26t&x=1&x=2", form).TextAsync();

        var seen = Assert.Single(engine.Runs);
        Assert.Equal(("POST", "/run/script?access_token=t%26t&x=1&x=2", form), (seen.Method, seen.Target, seen.Body));
    }

    [Fact]
    public async Task Run_BackendWithAPathOfItsOwn_GetsItBeforeTheRequests()
    {
        var tag = _host.NewName();
        await using var engine = await FakeEngine.StartAsync(_host.NewName("b"));
        await _host.RegisterAsync(engine.Name, $"http://{engine.Address}/engine/one", tag, "generic");
        await _host.StateAsync(engine.Name, ControlPlane.Core.Backends.BackendState.Ready);

        await _host.RunAsync(tag).TextAsync();

        Assert.Equal("/engine/one/run/script", Assert.Single(engine.Runs).Target);
    }

    [Fact]
    public async Task Run_AnswerInParts_ArrivesAsItIsSent()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        var goOn = new TaskCompletionSource();
        engine.OnRun = async (context, _) =>
        {
            await context.Response.WriteAsync("first,");
            await context.Response.Body.FlushAsync();
            await goOn.Task;
            await context.Response.WriteAsync("second");
        };
        using var request = Request("/run/script", $"sql=x&tags={tag}");

        using var answer = await _host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).SoonAsync("the head before the end");
        await using var body = await answer.Content.ReadAsStreamAsync();
        var piece = new byte[6];
        await body.ReadExactlyAsync(piece).AsTask().SoonAsync("the first part before the second is sent");
        goOn.SetResult();

        Assert.Equal("first,", Encoding.UTF8.GetString(piece));
        Assert.Equal("second", await new StreamReader(body).ReadToEndAsync().SoonAsync("the second part"));
    }

    [Fact]
    public async Task Run_BodyInParts_ArrivesAsItIsSentAndIsAnsweredMeanwhile()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        engine.OnStream = async context =>
        {
            // Says each line back as soon as it has come.
            using var reader = new StreamReader(context.Request.Body);
            while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
            {
                await context.Response.WriteAsync(line + ".");
                await context.Response.Body.FlushAsync();
            }
        };
        using var client = await RawClient.ConnectAsync(_host.Address);
        await client.SendAsync($"POST /run/script?tags={tag} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n");

        await client.SendAsync("4\r\none\n\r\n");
        await client.ReadUntilAsync("one.");
        await client.SendAsync("4\r\ntwo\n\r\n");
        await client.ReadUntilAsync("two.");
        await client.SendAsync("0\r\n\r\n");
        await client.ReadUntilAsync("0\r\n\r\n");
    }

    [Fact]
    public async Task Run_ClientGoes_CancelsAtTheBackendAndIsNoFailureOfIt()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        engine.Hold();
        var metrics = _host.Get<RouterMetrics>();
        var before = metrics.Count(RunOutcome.ClientAborted);
        using var client = new CancellationTokenSource();
        var running = _host.RunAsync(tag, cancellation: client.Token);
        await engine.RunningAsync(1);

        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        await engine.RunningAsync(0);
        await NoneInFlightAsync(engine);
        Assert.True(_host.Find(engine.Name)!.TakesWork);
        await Soon.TrueAsync(() => metrics.Count(RunOutcome.ClientAborted) == before + 1, "the abort in the metrics");
    }

    [Fact]
    public async Task Run_ClientGoesInTheMiddleOfItsBody_LeavesNothingBehind()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        var metrics = _host.Get<RouterMetrics>();
        var before = metrics.Count(RunOutcome.ClientAborted);
        var client = await RawClient.ConnectAsync(_host.Address);
        await client.SendAsync("POST /run/script HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n");
        await client.ReadUntilAsync("100 Continue");
        await client.SendAsync($"tags={tag}&sql=");

        client.Reset();

        await Soon.TrueAsync(() => metrics.Count(RunOutcome.ClientAborted) == before + 1, "the abort in the metrics");
        Assert.Empty(engine.Runs);
        var errors = string.Join('\n', _host.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)));
        Assert.True(errors.Length == 0, errors);
    }

    [Fact]
    public async Task Run_ClientGoesWhileItsBodyIsPassedOn_CancelsAtTheBackend()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        var metrics = _host.Get<RouterMetrics>();
        var before = metrics.Count(RunOutcome.ClientAborted);
        var client = await RawClient.ConnectAsync(_host.Address);
        await client.SendAsync($"POST /run/script?tags={tag} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\nhalf");
        await engine.RunningAsync(1);

        client.Reset();

        await engine.RunningAsync(0);
        await NoneInFlightAsync(engine);
        await Soon.TrueAsync(() => metrics.Count(RunOutcome.ClientAborted) == before + 1, "the abort in the metrics");
        Assert.True(_host.Find(engine.Name)!.TakesWork);
        var errors = string.Join('\n', _host.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)));
        Assert.True(errors.Length == 0, errors);
    }

    [Theory]
    [InlineData("/backend/add", "application/x-www-form-urlencoded")]
    [InlineData("/v1/backends", "application/json")]
    public async Task Change_ClientGoesInTheMiddleOfItsBody_IsNoErrorInTheLog(string path, string type)
    {
        var host = await TestHost.StartAsync();
        var client = await RawClient.ConnectAsync(host.Address);
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: {type}\r\nContent-Length: 1000\r\n\r\n");
        await client.ReadUntilAsync("100 Continue");
        await client.SendAsync("name=");

        client.Reset();

        // Once it has stopped, whatever it was going to log is logged.
        await host.DisposeAsync();
        var errors = string.Join('\n', host.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)));
        Assert.True(errors.Length == 0, errors);
    }

    [Fact]
    public async Task Run_BackendTooSlow_Is504AndTheBackendIsCancelled()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, TestProfiles.Impatient);
        engine.Hold();

        var problem = await _host.RunAsync(tag).ProblemAsync(504, "backend_timeout");

        Assert.Contains(engine.Name, problem.Detail, StringComparison.Ordinal);
        Assert.Contains("not sent again", problem.Detail, StringComparison.Ordinal);
        await engine.RunningAsync(0);
        await NoneInFlightAsync(engine);
        Assert.Single(engine.Runs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 O")]
    [InlineData("no http at all\r\n\r\n")]
    public async Task Run_BackendBreaksOffAfterReading_IsNeverSentAgain(string answered)
    {
        var tag = _host.NewName();
        using var engine = new RawEngine(async (connection, _) =>
        {
            await RawEngine.SendAsync(connection, answered);
            connection.Close();
        });
        var name = await _host.AddRawAsync(engine, tag);
        await using var other = await _host.StartEngineAsync(tag);
        other.Hold();
        var busy = _host.RunAsync(tag);
        await Soon.TrueAsync(() => other.Running == 1 || engine.Requests == 1, "the first request at one of the two");
        var sentBefore = engine.Requests;
        if (sentBefore == 0)
            await _host.RunAsync(tag).ProblemAsync(502, "backend_failed");

        Assert.Equal(1, engine.Requests);
        Assert.Equal(sentBefore == 0 ? 1 : 0, other.Runs.Count);
        other.LetAllGo();
        (await busy).Dispose();
        await Soon.TrueAsync(() => _host.Find(name)!.InFlight == 0, "no job in flight");
    }

    [Fact]
    public async Task Run_KeptConnectionWasClosedByTheBackend_ANewOneIsUsed()
    {
        var tag = _host.NewName();
        var closed = new TaskCompletionSource();
        using var engine = new RawEngine(async (connection, request) =>
        {
            await RawEngine.SendAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
            connection.Close();
            closed.TrySetResult();
        });
        await _host.AddRawAsync(engine, tag);
        Assert.Equal("1", await _host.RunAsync(tag).TextAsync());
        await closed.Task.SoonAsync("the backend to close its connection");

        Assert.Equal("1", await _host.RunAsync(tag).TextAsync());
        Assert.Equal(2, engine.Requests);
    }

    [Fact]
    public async Task Run_AnswerBreaksOffInTheMiddle_TheClientCanTell()
    {
        var tag = _host.NewName();
        using var engine = new RawEngine(async (connection, _) =>
        {
            await RawEngine.SendAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            connection.Close();
        });
        await _host.AddRawAsync(engine, tag);

        await Assert.ThrowsAsync<HttpRequestException>(async () => await (await _host.RunAsync(tag)).Content.ReadAsStringAsync());

        Assert.Equal(1, engine.Requests);
    }

    [Fact]
    public async Task PeerDefect14_HttpsBackend_CanBeRegistered()
    {
        var name = _host.NewName();

        await _host.PostAsync("/backend/add", $"name={name}&url=https://{name}:9443&tag=a").TextAsync();

        Assert.Equal($"https://{name}:9443", (await _host.GetJsonAsync($"/v1/backends/{name}")).GetProperty("url").GetString());
    }

    private static HttpRequestMessage Request(string path, string form) => new(HttpMethod.Post, path)
    {
        Content = new StringContent(form, null, "application/x-www-form-urlencoded"),
    };

    private Task NoneInFlightAsync(FakeEngine engine) => Soon.TrueAsync(() => _host.Find(engine.Name)!.InFlight == 0, $"no job in flight at {engine.Name}");
}
