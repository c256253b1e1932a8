using System.Net;
using System.Text;
using ControlPlane.FunctionsHost.Invocation;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>Invocations in envelopes, and what the host makes of their answers.</summary>
public sealed class PayloadTests : IAsyncLifetime, IDisposable
{
    private readonly TestRoot _root = new TestRoot().Enveloped("Start", "orders/{id}").Timer("Nightly", "0 0 * * * *");
    private readonly FakeHandler _handler = new();
    private HttpClient _client = new();
    private HostDouble? _host;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData("AAEC/w==", "\"\\\"AAEC/w==\\\"\"")]
    [InlineData("{\"a\":1}", "\"\\\"{\\\\\\\"a\\\\\\\":1}\\\"\"")]
    [InlineData(5, "\"5\"")]
    [InlineData(true, "\"true\"")]
    [InlineData(null, "\"null\"")]
    [InlineData(new[] { "a", "b" }, "\"[\\\"a\\\",\\\"b\\\"]\"")]
    public void Encode_Value_IsWrittenAsTheHostDoes(object? value, string json)
    {
        Assert.Equal(json, ValueEncoding.Encode(value).ToString(Formatting.None));
    }

    [Fact]
    public void Encode_BytesTimesAndObjects_AreWrittenAsTheHostDoes()
    {
        Assert.Equal("AAEC", (string?)ValueEncoding.Encode(new byte[] { 0, 1, 2 }));
        Assert.Equal("2024-01-02T03:04:05", (string?)ValueEncoding.Encode(new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc)));
        Assert.Equal("2024-01-02T03:04:05+00:00", (string?)ValueEncoding.Encode(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero)));
        Assert.Equal("{\"A\":1}", ValueEncoding.Encode(new { A = 1 }).ToString(Formatting.None));
    }

    [Fact]
    public async Task Invoke_HttpWithAnotherBinding_ComesInAnEnvelope()
    {
        var headers = "";
        _handler.On("/Start", async context =>
        {
            headers = $"{context.Request.ContentLength} {context.Request.Headers.TransferEncoding} {context.Request.ContentType}";
            _handler.Envelopes.Enqueue((context.Request.Path, JObject.Parse(await new StreamReader(context.Request.Body).ReadToEndAsync())));
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"Outputs":{"res":{"statusCode":202,"headers":{"X-Mine":"a"},"body":"{\"t\":\"2024-01-02T03:04:05+02:00\"}"}}}""");
        });
        await StartAsync();

        using var answer = await _client.PostAsync("api/orders/7?x=1&x=2", new StringContent("{\"q\":2}", Encoding.UTF8, "application/json"));

        Assert.True(_handler.Envelopes.TryDequeue(out var envelope));
        var request = envelope.Body["Data"]!["req"]!;
        var client = JObject.Parse(JsonConvert.DeserializeObject<string>((string)envelope.Body["Data"]!["client"]!)!);
        Assert.Equal(" chunked application/json; charset=utf-8", headers);
        Assert.Equal($"http://{_host!.Address.Authority}/api/orders/7?x=1&x=2", (string?)request["Url"]);
        Assert.Equal(("POST", "1,2", "7", "{\"q\":2}"), ((string?)request["Method"], (string?)request["Query"]!["x"], (string?)request["Params"]!["id"], (string?)request["Body"]));
        Assert.Equal("application/json; charset=utf-8", (string?)request["Headers"]!["Content-Type"]![0]);
        Assert.IsType<JArray>(request["Identities"]);
        Assert.Equal("\"7\"", (string?)envelope.Body["Metadata"]!["id"]);
        Assert.Equal("Start", (string?)envelope.Body["Metadata"]!["sys"]!["MethodName"]);
        Assert.Equal("TestHub", (string?)client["taskHubName"]);
        Assert.Equal($"http://localhost:{_host.Address.Port}/runtime/webhooks/durabletask", (string?)client["httpBaseUrl"]);
        Assert.Equal("code=durable%2Fsystem%2Bkey%3D%3D", (string?)client["requiredQueryStringParameters"]);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("a", answer.Headers.GetValues("X-Mine").Single());
        Assert.Equal("{\"t\":\"2024-01-02T03:04:05+02:00\"}", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Invoke_ChunkedRequest_HasNoBody()
    {
        _handler.OnInvocation("Start", _ => "{}");
        await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/orders/7") { Content = new StringContent("lost") };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await _client.SendAsync(request);

        Assert.True(_handler.Envelopes.TryDequeue(out var envelope));
        Assert.Null(envelope.Body["Data"]!["req"]!["Body"]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("{}", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Answer_BodyThatIsADate_IsRewritten()
    {
        _handler.OnInvocation("Start", _ => """{"Outputs":{"res":{"body":"2024-01-02T03:04:05+00:00"}}}""");
        await StartAsync();

        var text = await _client.GetStringAsync("api/orders/7");

        Assert.NotEqual("2024-01-02T03:04:05+00:00", text);
    }

    [Theory]
    [InlineData(500, "application/json", "{}")]
    [InlineData(200, "text/plain", "{}")]
    [InlineData(200, "application/problem+json", "{}")]
    [InlineData(200, "application/json", "[]")]
    [InlineData(200, "application/json", "{")]
    [InlineData(200, "application/json", "{\"Outputs\":{\"res\":\"text\"}}")]
    [InlineData(200, "application/json", "{\"Logs\":[{\"a\":1}]}")]
    public async Task Answer_ThatIsNone_GivesTheClient500(int status, string type, string body)
    {
        _handler.On("/Start", context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            return context.Response.WriteAsync(body);
        });
        await StartAsync();

        using var answer = await _client.GetAsync("api/orders/7");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "null")]
    [InlineData(204, "")]
    public async Task Answer_Empty_HangsUntilTheTimeoutAndCostsTheHandler(int status, string body)
    {
        _root.Host["functionTimeout"] = "00:00:04";
        _handler.On("/Start", context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(body);
        });
        await StartAsync();

        using var answer = await _client.GetAsync("api/orders/7");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("empty body", Assert.Single(_host!.Notes.Complaints), StringComparison.Ordinal);
        Assert.Equal(2, _host.Worker.Starts);
    }

    [Fact]
    public async Task FireTimer_Function_GetsTheTimersState()
    {
        _handler.OnInvocation("Nightly", _ => """{"Logs":["done",5]}""");
        await StartAsync();

        await _host!.FireTimerAsync("nightly");

        Assert.True(_handler.Envelopes.TryDequeue(out var envelope));
        var timer = envelope.Body["Data"]!["timer"]!;
        Assert.True((bool)timer["Schedule"]!["AdjustForDST"]!);
        Assert.NotNull((string?)timer["ScheduleStatus"]!["Next"]);
        Assert.False((bool)timer["IsPastDue"]!);
        Assert.Equal(["Nightly: done", "Nightly: 5"], _host.Notes.Logs);
    }

    private async Task StartAsync()
    {
        _host = await HostDouble.StartAsync(new HostOptions { Root = _root.Write(), Launcher = _handler });
        _client = new HttpClient { BaseAddress = _host.Address };
    }
}
