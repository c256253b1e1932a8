using System.Net;
using System.Net.Sockets;
using ControlPlane.Functions.Router.Forwarding;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>What happens when a side does not do its part.</summary>
public sealed class ForwarderFailureTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde";

    [Fact]
    public async Task ForwardAsync_NobodyListens_IsAConnectFailureThatLeavesBodyAndResponse()
    {
        var refused = RawBackend.Answering("");
        refused.Dispose();
        using var other = RawBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        using var first = new Upstream(refused.Url, new UpstreamOptions(), TimeProvider.System);
        ForwardOutcome? outcome = null;
        await using var front = await Front.StartAsync(other.Url, before: async context => outcome = await Forwarder.ForwardAsync(context, first));

        var head = await front.HeadOfAnswerAsync(Post);

        Assert.Equal(ForwardOutcome.ConnectFailed, outcome);
        Assert.StartsWith("HTTP/1.1 200 OK", head);
        Assert.Equal(ForwardOutcome.Completed, await front.OutcomeAsync());
    }

    [Fact]
    public async Task ForwardAsync_NameThatDoesNotResolve_IsAConnectFailure()
    {
        await using var front = await Front.StartAsync(new Uri("http://no-such-host.invalid:1"));

        await front.HeadOfAnswerAsync(Post);

        Assert.Equal(ForwardOutcome.ConnectFailed, await front.OutcomeAsync());
    }

    [Fact]
    public async Task ForwardAsync_ConnectTakesTooLong_IsAConnectFailure()
    {
        using var full = new FullListener();
        var time = new FakeTimeProvider();
        await using var front = await Front.StartAsync(full.Url, time: time);
        using var client = await front.ConnectAsync();

        await client.SendAsync(Post);
        await Waiting.Until(() => time.ArmedTimers == 2, "the timer of the connect beside the sweep");
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(ForwardOutcome.ConnectFailed, await front.OutcomeAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\nxx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("220 mail.example ESMTP\r\n")]
    public async Task ForwardAsync_NoValidHead_IsABackendFailureAndIsNeverSentAgain(string answer)
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.ReadExactlyAsync(5);
            await connection.SendAsync(answer);
        });
        await using var front = await Front.StartAsync(backend.Url);

        var head = await front.HeadOfAnswerAsync(Post);

        Assert.StartsWith("HTTP/1.1 502 ", head);
        Assert.Equal(ForwardOutcome.BackendFailed, await front.OutcomeAsync());
        Assert.Equal((1, 0), (backend.Accepted, front.Upstream.OpenConnections));
    }

    [Fact]
    public async Task ForwardAsync_BackendResets_IsABackendFailure()
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            connection.Reset();
        });
        await using var front = await Front.StartAsync(backend.Url);

        await front.HeadOfAnswerAsync(Post);

        Assert.Equal(ForwardOutcome.BackendFailed, await front.OutcomeAsync());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n")]
    public async Task ForwardAsync_AnswerBreaksOff_AbortsTheClientSoThatItCannotTakeItForWhole(string answer)
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(answer);
        });
        await using var front = await Front.StartAsync(backend.Url);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => front.Client.GetStringAsync("/").Within("the end of the answer"));

        Assert.Equal(ForwardOutcome.ResponseBroken, await front.OutcomeAsync());
    }

    [Fact]
    public async Task ForwardAsync_NoAnswerWithinTheResponseTimeout_IsATimeoutAndClosesTheBackend()
    {
        var received = new TaskCompletionSource();
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            received.SetResult();
            await connection.WaitForCloseAsync();
        });
        var time = new FakeTimeProvider();
        await using var front = await Front.StartAsync(backend.Url, time: time);
        using var client = await front.ConnectAsync();

        await client.SendAsync(Post);
        await received.Task.Within("the request");
        time.Advance(TimeSpan.FromHours(12));
        Assert.Equal(1, front.Upstream.OpenConnections);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.StartsWith("HTTP/1.1 502 ", await client.ReadHeadAsync());
        Assert.Equal(ForwardOutcome.BackendTimedOut, await front.OutcomeAsync());
        await backend.ScriptsAsync();
    }

    [Fact]
    public async Task ForwardAsync_AnswerPausesTooLong_IsBroken()
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            await connection.WaitForCloseAsync();
        });
        var time = new FakeTimeProvider();
        await using var front = await Front.StartAsync(backend.Url, new UpstreamOptions { BodyIdleTimeout = TimeSpan.FromMinutes(1) }, time);
        using var client = await front.ConnectAsync();

        await client.SendAsync(Post);
        await client.ReadUntilAsync("\r\n\r\nabc").Within("the first bytes");
        time.Advance(TimeSpan.FromSeconds(62));

        Assert.Equal(ForwardOutcome.ResponseBroken, await front.OutcomeAsync());
        await client.WaitForCloseAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    public async Task ForwardAsync_ClientGoesAway_ClosesTheBackendAtOnce(string answeredSoFar)
    {
        var received = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.ReadExactlyAsync(5);
            await connection.SendAsync(answeredSoFar);
            received.SetResult();
            await connection.WaitForCloseAsync();
            closed.SetResult();
        });
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();
        await client.SendAsync(Post);
        await received.Task.Within("the request");
        if (answeredSoFar.Length > 0)
            await client.ReadHeadAsync();

        client.Reset();

        await closed.Task.Within("the backend's connection to be closed");
        Assert.Equal(ForwardOutcome.ClientAborted, await front.OutcomeAsync());
        Assert.Equal(0, front.Upstream.OpenConnections);
    }

    [Fact]
    public async Task ForwardAsync_ClientGoesAwayWithinItsBody_ClosesTheBackendAtOnce()
    {
        var received = new TaskCompletionSource();
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.ReadExactlyAsync(3);
            received.SetResult();
            await connection.WaitForCloseAsync();
        });
        await using var front = await Front.StartAsync(backend.Url);
        using var client = await front.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc");
        await received.Task.Within("the first part of the body");

        client.Reset();

        Assert.Equal(ForwardOutcome.ClientAborted, await front.OutcomeAsync());
        await backend.ScriptsAsync();
    }

    [Fact]
    public async Task ForwardAsync_ClientGoesAwayWhileConnecting_IsAClientAbort()
    {
        using var full = new FullListener();
        var time = new FakeTimeProvider();
        await using var front = await Front.StartAsync(full.Url, time: time);
        using var client = await front.ConnectAsync();
        await client.SendAsync(Post);
        await Waiting.Until(() => time.ArmedTimers == 2, "the timer of the connect beside the sweep");

        client.Reset();

        Assert.Equal(ForwardOutcome.ClientAborted, await front.OutcomeAsync());
    }

    /// <summary>A port whose queue of connections is full, so that connecting to it takes for ever.</summary>
    private sealed class FullListener : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _waiting = [];

        public FullListener()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(0);
            for (var i = 0; i < 4; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _waiting.Add(socket);
                _ = socket.ConnectAsync(_listener.LocalEndPoint!).ContinueWith(static done => done.Exception, TaskScheduler.Default);
            }
        }

        public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

        public void Dispose()
        {
            _waiting.ForEach(socket => socket.Dispose());
            _listener.Dispose();
        }
    }
}
