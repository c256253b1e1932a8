using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Signals;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Signals;

/// <summary>Over real connections, with the program's own client.</summary>
public sealed class SourceClientTests : IAsyncLifetime
{
    private TestHost? _host;
    private FakeEngine? _server;

    private FakeEngine Server => _server!;

    public async Task InitializeAsync()
    {
        _server = await FakeEngine.StartAsync();
        _host = await TestHost.StartAsync(options => options with
        {
            SignalTokens = SignalTokens.Parse([$"http://{Server.Address}/mine the-token"]),
        });
    }

    public async Task DisposeAsync()
    {
        await _host!.DisposeAsync();
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task Ask_Document_IsRead()
    {
        Server.OnRun = (context, _) => context.Response.WriteAsync("""{"a":[{"b":4}]}""");

        Assert.Equal(4, (await AskAsync("/doc", "/a/0/b")).Number);
    }

    [Fact]
    public async Task Ask_DocumentFromACache_IsAsOldAsTheCacheSays()
    {
        Server.OnRun = (context, _) =>
        {
            context.Response.Headers.Age = "100";
            return context.Response.WriteAsync("1");
        };

        var answer = await AskAsync("/doc", "");

        Assert.InRange(DateTimeOffset.UtcNow - answer.At, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(130));
    }

    [Theory]
    [InlineData(503, "it answered 503")]
    [InlineData(302, "it answered 302")]
    [InlineData(404, "it answered 404")]
    public async Task Ask_OtherStatus_IsAFaultAndNoRedirectIsFollowed(int status, string fault)
    {
        Server.OnRun = (context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/other";
            return context.Response.WriteAsync("1");
        };

        Assert.Equal(fault, (await AskAsync("/doc", "")).Fault);
        Assert.Single(Server.Runs);
    }

    [Fact]
    public async Task Ask_AnswerThatIsTooLong_IsAFault()
    {
        Server.OnRun = (context, _) => context.Response.WriteAsync("1" + new string(' ', 64 * 1024));

        Assert.Equal("its answer has more than 65536 bytes", (await AskAsync("/doc", "")).Fault);
    }

    [Fact]
    public async Task Ask_AnswerThatDoesNotEnd_IsAFaultAfterTwoSeconds()
    {
        Server.OnRun = async (context, _) =>
        {
            await context.Response.WriteAsync("1");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };

        Assert.Equal("no answer within 2 s", (await AskAsync("/doc", "").SoonAsync("the fault")).Fault);
    }

    [Fact]
    public async Task Ask_NobodyListens_IsAFault()
    {
        var answer = await Client.AskAsync(Source.Of(Signal($"http://127.0.0.1:{FreePort.Find()}/", ""))!);

        Assert.Equal("it could not be connected to", answer.Fault);
    }

    [Theory]
    [InlineData("/mine/doc", "Bearer the-token")]
    [InlineData("/other", null)]
    public async Task Ask_AddressWithAToken_SendsItThereAlone(string path, string? header)
    {
        Server.OnRun = (context, _) =>
        {
            context.Response.Cookies.Append("c", "1");
            return context.Response.WriteAsync("1");
        };

        await AskAsync(path, "");
        await AskAsync(path, "");

        Assert.All(Server.Runs, seen => Assert.Equal(header, seen.Headers.GetValueOrDefault("Authorization")));
        Assert.All(Server.Runs, seen => Assert.DoesNotContain("Cookie", seen.Headers.Keys));
        Assert.All(_host!.Log.Lines, line => Assert.DoesNotContain("the-token", line, StringComparison.Ordinal));
    }

    private SourceClient Client => _host!.Get<SourceClient>();

    private Task<SourceAnswer> AskAsync(string path, string pointer) => Client.AskAsync(Source.Of(Signal($"http://{Server.Address}{path}", pointer))!);

    private static Signal Signal(string url, string query) => new() { Name = "s", Kind = SignalKind.HttpJson, Target = 1, Url = url, Query = query };
}
