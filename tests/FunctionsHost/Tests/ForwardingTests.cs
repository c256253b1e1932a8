using System.Net;
using System.Text;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>What becomes of requests of pure HTTP functions.</summary>
public sealed class ForwardingTests : IAsyncLifetime, IDisposable
{
    private readonly TestRoot _root = new TestRoot().Forwarded("Echo", "echo/{*rest}").Forwarded("Exact", "echo/exact");
    private readonly FakeHandler _handler = new();
    private readonly TaskCompletionSource _finish = new();
    private HttpClient _client = new();
    private HostDouble? _host;

    public Task InitializeAsync()
    {
        RequestDelegate echo = async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            context.Response.Headers["X-Signed"] = $"{context.Request.Headers["X-Azure-Functions-InvocationId"]}".Length > 0 ? "yes" : "no";
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            await context.Response.WriteAsync($"{context.Request.Method} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget} {context.Request.Host} {body}");
        };
        _handler.On("/api/echo/a b", echo).On("/api/echo/x", echo).On("/api/echo/exact", echo);
        _handler.On("/api/echo/slow", async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await _finish.Task;
        });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _finish.TrySetResult();
        if (_host is not null)
            await _host.DisposeAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Rebuilt_RepeatedKeys_AreMergedAndStatusPasses()
    {
        await StartAsync(isStreaming: false);

        using var answer = await _client.GetAsync("api/echo/a%20b?a=1&a=2&b=%2F");

        Assert.Equal(418, (int)answer.StatusCode);
        Assert.Equal($"GET /api/echo/a%20b?a=1,2&b=%2F {_host!.Address.Authority} ", await answer.Content.ReadAsStringAsync());
        Assert.Equal("yes", answer.Headers.GetValues("X-Signed").Single());
    }

    [Fact]
    public async Task Rebuilt_BodyWithLength_IsCopied()
    {
        await StartAsync(isStreaming: false);

        using var answer = await _client.PostAsync("api/echo/x", new StringContent("hello"));

        Assert.EndsWith(" hello", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rebuilt_ChunkedBody_FailsInTheHost()
    {
        await StartAsync(isStreaming: false);

        using var answer = await PostChunkedAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Rebuilt_Answer_IsBuffered()
    {
        await StartAsync(isStreaming: false);

        var answering = _client.GetAsync("api/echo/slow", HttpCompletionOption.ResponseHeadersRead);
        await Task.Delay(300);
        var cameBeforeTheEnd = answering.IsCompleted;
        _finish.SetResult();
        using var answer = await answering;

        Assert.False(cameBeforeTheEnd);
        Assert.Equal("first", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Streamed_RequestAndAnswer_ArePassedAsTheyAre()
    {
        await StartAsync(isStreaming: true);

        using var answer = await _client.GetAsync("api/echo/a%20b?a=1&a=2&b=%2F");
        using var chunked = await PostChunkedAsync();
        using var slow = await _client.GetAsync("api/echo/slow", HttpCompletionOption.ResponseHeadersRead);
        var buffer = new byte[5];
        await (await slow.Content.ReadAsStreamAsync()).ReadExactlyAsync(buffer);

        Assert.Equal($"GET /api/echo/a%20b?a=1&a=2&b=%2F {_host!.Address.Authority} ", await answer.Content.ReadAsStringAsync());
        Assert.EndsWith(" in pieces", await chunked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("first", Encoding.UTF8.GetString(buffer));
    }

    [Fact]
    public async Task Streaming_OnAnOldHost_IsNotKnown()
    {
        await StartAsync(isStreaming: true, isNewHost: false);

        using var answer = await _client.GetAsync("api/echo/x?a=1&a=2");

        Assert.Contains("a=1,2", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Front_WithoutRoute_Gives404()
    {
        await StartAsync(isStreaming: false);

        using var root = await _client.GetAsync("");
        using var function = await _client.PostAsync("Echo", new StringContent("{}"));

        Assert.Equal(HttpStatusCode.NotFound, root.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, function.StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData("host-key", (HttpStatusCode)418)]
    [InlineData("own-key", (HttpStatusCode)418)]
    [InlineData("master-key", (HttpStatusCode)418)]
    public async Task Front_FunctionLevel_TakesKeys(string? key, HttpStatusCode status)
    {
        _root.Function("Exact", TestRoot.Bindings("""
            [{"type":"httpTrigger","direction":"in","name":"req","authLevel":"function","route":"echo/exact","methods":["get"]},{"type":"http","direction":"out","name":"res"}]
            """));
        await StartAsync(isStreaming: false);
        if (key is not null)
            _client.DefaultRequestHeaders.Add("x-functions-key", key);

        using var answer = await _client.GetAsync("api/echo/exact");

        Assert.Equal(status, answer.StatusCode);
    }

    private async Task StartAsync(bool isStreaming, bool isNewHost = true)
    {
        _root.Host["customHandler"]!["enableProxyingHttpRequest"] = isStreaming;
        _host = await HostDouble.StartAsync(new HostOptions
        {
            Root = _root.Write(),
            Launcher = _handler,
            IsNewHost = isNewHost,
            Keys = new() { Functions = new Dictionary<string, string> { ["Exact"] = "own-key" } },
        });
        _client = new HttpClient { BaseAddress = _host.Address };
    }

    private async Task<HttpResponseMessage> PostChunkedAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/echo/x") { Content = new StringContent("in pieces") };
        request.Headers.TransferEncodingChunked = true;
        return await _client.SendAsync(request);
    }
}
