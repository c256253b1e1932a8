using System.Text;
using ControlPlane.Functions.Router.Forwarding;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>What the client receives.</summary>
public sealed class ForwarderAnswerTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task ForwardAsync_Answer_PassesStatusReasonHeadersAndBody()
    {
        var answer = await AnswerAsync(
            "HTTP/1.1 418 Short and stout\r\nContent-Type: a/b\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nServer: engine\r\n" +
            "X-Latin: caf\u00e9\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 4\r\n\r\nbody");

        Assert.StartsWith("HTTP/1.1 418 Short and stout\r\n", answer);
        Assert.Contains("\r\nContent-Type: a/b\r\n", answer);
        Assert.Contains("\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n", answer);
        Assert.Contains("\r\nServer: engine\r\n", answer);
        Assert.Contains("\r\nX-Latin: caf\u00e9\r\n", answer);
        Assert.Contains("\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n", answer);
        Assert.Contains("\r\nContent-Length: 4\r\n", answer);
        Assert.EndsWith("\r\n\r\nbody", answer);
    }

    [Fact]
    public async Task ForwardAsync_HopByHopHeadersOfTheAnswer_StayBehind()
    {
        var answer = await AnswerAsync(
            "HTTP/1.1 200 OK\r\nX-Theirs: 1\r\nConnection: keep-alive, X-Theirs\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: x\r\n" +
            "Trailer: y\r\nUpgrade: z\r\nTE: t\r\nX-Stays: 1\r\nContent-Length: 0\r\n\r\n");

        string[] dropped = ["X-Theirs:", "Keep-Alive:", "Proxy-Authenticate:", "Trailer:", "Upgrade:", "TE:"];
        Assert.DoesNotContain(dropped, name => answer.Contains("\r\n" + name, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("\r\nX-Stays: 1\r\n", answer);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: 1\r\n\r\n", "abcde")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", "abcde")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nabcde", "abcde")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nabcde", "abcde")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc")]
    public async Task ForwardAsync_EveryFraming_SplitAtEveryByte_GivesTheSameBody(string answer, string body)
    {
        var bytes = Encoding.Latin1.GetBytes(answer);
        var cut = 0;
        using var backend = new RawBackend(async connection =>
        {
            var endsWithConnection = !answer.Contains("Content-Length", StringComparison.Ordinal) && !answer.Contains("chunked", StringComparison.Ordinal);
            do
            {
                await connection.ReadHeadAsync();
                var at = Interlocked.Increment(ref cut);
                await connection.SendAsync(bytes.AsMemory(0, at));
                await Task.Yield();
                await connection.SendAsync(bytes.AsMemory(at));
            }
            while (!endsWithConnection);
        });
        await using var front = await Front.StartAsync(backend.Url);

        for (var i = 1; i < bytes.Length; i++)
        {
            var received = await front.Client.GetStringAsync("/").Within($"the answer split at byte {i}");
            Assert.Equal(body, received);
            Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
        }
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "Content-Length: 5")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-End: 1\r\n\r\n", "X-End: 1")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n", "ETag: \"1\"")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "Content-Length: 5")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nX-End: 1\r\n\r\n", "X-End: 1")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nX-End: 1\r\n\r\n", "X-End: 1")]
    public async Task ForwardAsync_AnswerWithoutBody_EndsAfterItsHeadAndKeepsTheConnection(string method, string answer, string header)
    {
        using var backend = RawBackend.Answering(answer);
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
            var head = await client.ReadHeadAsync();
            Assert.StartsWith(answer[..12], head);
            Assert.Contains($"\r\n{header}\r\n", head);
            Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
        }

        Assert.Equal(1, backend.Accepted);
    }

    [Fact]
    public async Task ForwardAsync_BackendPauses_ClientHasWhatWasSentSoFar()
    {
        var headSeen = new TaskCompletionSource();
        var firstSeen = new TaskCompletionSource();
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            await headSeen.Task.Within("the head at the client");
            await connection.SendAsync("5\r\nfirst\r\n");
            await firstSeen.Task.Within("the first chunk at the client");
            await connection.SendAsync("4\r\nlast\r\n0\r\n\r\n");
        });
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();

        await client.SendAsync(Get);
        await client.ReadHeadAsync();
        headSeen.SetResult();
        await client.ReadUntilAsync("first\r\n").Within("the first chunk");
        firstSeen.SetResult();
        var rest = await client.ReadToEndAsync();

        Assert.Equal("4\r\nlast\r\n0\r\n\r\n", rest);
        await backend.ScriptsAsync();
    }

    [Fact]
    public async Task ForwardAsync_AnswerBeforeTheWholeRequest_IsPassedOnAndTheConnectionIsNotReused()
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
            await connection.WaitForCloseAsync();
        });
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nonly a little");
        var head = await client.ReadHeadAsync();
        var body = await client.ReadExactlyAsync(3);

        Assert.StartsWith("HTTP/1.1 413 Too Large\r\n", head);
        Assert.Equal(("big", ForwardOutcome.Completed), (body, await front.OutcomeAsync()));
        await backend.ScriptsAsync();
        Assert.Equal(0, front.Upstream.OpenConnections);
    }

    [Fact]
    public async Task ForwardAsync_BackendAnswersAndStopsReading_AnswerIsStillPassedOn()
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
            await connection.WaitForCloseAsync();
        });
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n");

        var upload = client.SendAsync(new byte[50_000_000]);
        var head = await client.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 401 ", head);
        Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
        client.Dispose();

        // It breaks off, unless the server has read to the end what nobody wanted any more: both are right.
        await Task.WhenAny(upload).Within("the upload to end");
    }

    [Fact]
    public async Task ForwardAsync_BothDirectionsAtOnce_AreStreamed()
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var i = 0; i < 3; i++)
                await connection.SendAsync($"4\r\n{await connection.ReadExactlyAsync(4)}\r\n");
            await connection.SendAsync("0\r\n\r\n");
            await connection.WaitForCloseAsync();
        });
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n");
        await client.ReadHeadAsync();

        foreach (var part in new[] { "ping", "pong", "done" })
        {
            await client.SendAsync(part);
            Assert.Equal($"4\r\n{part}\r\n", await client.ReadExactlyAsync(9));
        }

        Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
        Assert.Equal(1, front.Upstream.IdleConnections);
    }

    private static async Task<string> AnswerAsync(string answer)
    {
        using var backend = RawBackend.Answering(answer);
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();
        await client.SendAsync(Get);
        var received = await client.ReadToEndAsync();
        Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
        return received;
    }
}
