using ControlPlane.Functions.Router.Forwarding;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>What the backend receives.</summary>
public sealed class ForwarderRequestTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Theory]
    [InlineData("", "/run/script?a=%20%2F&b=%zz&b=\u007e", "/run/script?a=%20%2F&b=%zz&b=~")]
    [InlineData("/engine/one/", "/run/%73cript/../x?", "/engine/one/run/%73cript/../x?")]
    [InlineData("/engine", "http://elsewhere/run?x=1", "/engine/run?x=1")]
    [InlineData("", "http://elsewhere?x=1", "/?x=1")]
    [InlineData("", "http://elsewhere", "/")]
    public async Task ForwardAsync_Target_KeepsItsExactBytesAfterThePrefix(string prefix, string target, string received)
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = Seeing(seen);
        await using var front = await Front.StartAsync(new Uri(backend.Url, prefix));

        await front.HeadOfAnswerAsync($"PUT {target} HTTP/1.1\r\nHost: elsewhere\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith($"PUT {received} HTTP/1.1\r\nHost: {backend.Url.Authority}\r\n", await seen.Task.Within("the request"));
    }

    [Fact]
    public async Task ForwardAsync_EndToEndHeaders_ArriveUnchangedWithAllValues()
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = Seeing(seen);
        await using var front = await Front.StartAsync(backend.Url);

        await front.HeadOfAnswerAsync(
            "GET / HTTP/1.1\r\nHost: a\r\nAccept: x/y\r\nX-Multi: one\r\nX-Multi: two, three\r\nX-Empty:\r\nX-Latin: caf\u00e9\r\n" +
            "Cookie: a=1; b=2\r\nAuthorization: Basic eDp5\r\n\r\n");

        var request = await seen.Task.Within("the request");
        Assert.Contains("\r\nAccept: x/y\r\n", request);
        Assert.Contains("\r\nX-Multi: one\r\nX-Multi: two, three\r\n", request);
        Assert.Contains("\r\nX-Empty: \r\n", request);
        Assert.Contains("\r\nX-Latin: caf\u00e9\r\n", request);
        Assert.Contains("\r\nCookie: a=1; b=2\r\n", request);
        Assert.Contains("\r\nAuthorization: Basic eDp5\r\n", request);
    }

    [Fact]
    public async Task ForwardAsync_HopByHopHeaders_StayBehind()
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = Seeing(seen);
        await using var front = await Front.StartAsync(backend.Url);

        await front.HeadOfAnswerAsync(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Mine, X-Too\r\nX-Mine: 1\r\nX-Too: 2\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\n" +
            "Trailer: x\r\nUpgrade: other\r\nProxy-Connection: close\r\nProxy-Authorization: secret\r\nproxy-x: 1\r\nX-Stays: 1\r\n\r\n");

        var request = (await seen.Task.Within("the request")).ToLowerInvariant();
        string[] dropped = ["connection:", "x-mine:", "x-too:", "keep-alive:", "te:", "trailer:", "upgrade:", "proxy-"];
        Assert.DoesNotContain(dropped, name => request.Contains("\r\n" + name, StringComparison.Ordinal));
        Assert.Contains("\r\nx-stays: 1\r\n", request);
    }

    [Fact]
    public async Task ForwardAsync_Forwarded_AppendsTheClientAndSetsHostAndProtocol()
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = Seeing(seen);
        await using var front = await Front.StartAsync(backend.Url);

        await front.HeadOfAnswerAsync(
            "GET / HTTP/1.1\r\nHost: engines.example\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Host: forged\r\nX-Forwarded-Proto: forged\r\n\r\n");

        var request = await seen.Task.Within("the request");
        Assert.Contains("\r\nX-Forwarded-For: 10.0.0.1, 127.0.0.1\r\n", request);
        Assert.Contains("\r\nX-Forwarded-Host: engines.example\r\n", request);
        Assert.Contains("\r\nX-Forwarded-Proto: http\r\n", request);
        Assert.DoesNotContain("forged", request);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", "")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "\r\nContent-Length: 0\r\n", "")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", "\r\nContent-Length: 5\r\n", "abcde")]
    [InlineData(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "\r\nTransfer-Encoding: chunked\r\n",
        "0003\r\nabc\r\n0\r\n\r\n")]
    public async Task ForwardAsync_Body_IsFramedAsTheClientDid(string sent, string framing, string body)
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = Seeing(seen, body.Length);
        await using var front = await Front.StartAsync(backend.Url);

        await front.HeadOfAnswerAsync(sent);

        var request = await seen.Task.Within("the request");
        var isFramed = request.Contains("Content-Length:", StringComparison.Ordinal) || request.Contains("Transfer-", StringComparison.Ordinal);
        Assert.Contains(framing, request);
        Assert.Equal(framing.Length > 0, isFramed);
        Assert.EndsWith("\r\n\r\n" + body, request);
    }

    [Fact]
    public async Task ForwardAsync_ExpectContinue_IsAnsweredHereAndNotPassedOn()
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = Seeing(seen, bodyLength: 2);
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        var interim = await client.ReadHeadAsync();
        await client.SendAsync("ab");
        var answer = await client.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 100 ", interim);
        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.DoesNotContain("Expect", await seen.Task.Within("the request"));
    }

    [Fact]
    public async Task ForwardAsync_CallerPeekedAtTheBody_StillSendsAllOfIt()
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = Seeing(seen, bodyLength: 5);
        await using var front = await Front.StartAsync(backend.Url, before: async context =>
        {
            var peeked = await context.Request.BodyReader.ReadAsync();
            context.Request.BodyReader.AdvanceTo(peeked.Buffer.Start, peeked.Buffer.Start);
        });

        await front.HeadOfAnswerAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde");

        Assert.EndsWith("\r\n\r\nabcde", await seen.Task.Within("the request"));
    }

    [Fact]
    public async Task ForwardAsync_BodyInParts_ReachesTheBackendPartByPart()
    {
        var first = new TaskCompletionSource();
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.ReadExactlyAsync(5);
            first.SetResult();
            await connection.ReadExactlyAsync(5);
            await connection.SendAsync(Ok);
        });
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst");
        await first.Task.Within("the first part at the backend before the second is sent");
        await client.SendAsync("other");

        Assert.StartsWith("HTTP/1.1 200 OK", await client.ReadHeadAsync());
    }

    [Theory]
    [InlineData("x-a", "b\r\nInjected: 1")]
    [InlineData("x-a", "b\nInjected: 1")]
    [InlineData("x-a", "b\0")]
    [InlineData("x-a", "\u4e2d")]
    [InlineData("X-Forwarded-For", "1\r\nInjected: 1")]
    [InlineData("Host", "a\r\nInjected: 1")]
    public async Task ForwardAsync_HeaderThatCannotBeWritten_IsRefusedAndNothingIsSent(string name, string value)
    {
        using var backend = RawBackend.Answering(Ok);
        await using var front = await Front.StartAsync(backend.Url, before: context =>
        {
            context.Request.Headers[name] = value;
            return Task.CompletedTask;
        });

        await front.HeadOfAnswerAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var outcome = await front.OutcomeAsync();
        var isKept = front.Upstream.IdleConnections;

        Assert.Equal((ForwardOutcome.BadRequest, 1), (outcome, isKept));
    }

    [Fact]
    public async Task ForwardAsync_MalformedChunks_AreABadRequestAndCloseTheBackend()
    {
        var closed = new TaskCompletionSource();
        using var backend = new RawBackend(async connection =>
        {
            await connection.WaitForCloseAsync();
            closed.SetResult();
        });
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n");

        Assert.Equal(ForwardOutcome.BadRequest, await front.OutcomeAsync());
        await closed.Task.Within("the backend's connection to be closed");
    }

    private static RawBackend Seeing(TaskCompletionSource<string> seen, int bodyLength = 0) => new(async connection =>
    {
        var request = await connection.ReadHeadAsync() + await connection.ReadExactlyAsync(bodyLength);
        await connection.SendAsync(Ok);
        seen.TrySetResult(request);
        await connection.WaitForCloseAsync();
    });
}
