using ControlPlane.Functions.Router.Forwarding;
using ControlPlane.Functions.Router.Forwarding.EventLoops;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>When a connection is used again, and when it is not.</summary>
public sealed class ForwarderPoolTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData(Ok, 1)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 3)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 3)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n", 3)]
    public async Task ForwardAsync_OneAfterTheOther_UsesAConnectionAgainOnlyWhenItIsClean(string answer, int connections)
    {
        using var backend = RawBackend.Answering(answer);
        await using var front = await Front.StartAsync(backend.Url);

        for (var i = 0; i < 3; i++)
            Assert.Equal("ok", await front.Client.GetStringAsync("/").Within("an answer"));

        Assert.Equal(connections, backend.Accepted);
    }

    [Fact]
    public async Task ForwardAsync_BackendClosedItsIdleConnection_OpensAnother()
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Ok);
        });
        await using var front = await Front.StartAsync(backend.Url);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("ok", await front.Client.GetStringAsync("/").Within("an answer"));
            await backend.ScriptsAsync();
        }

        Assert.Equal(20, backend.Accepted);
    }

    [Fact]
    public async Task ForwardAsync_BackendSentBytesNobodyAskedFor_OpensAnother()
    {
        var stray = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Ok);
            await stray.Task;
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
            sent.TrySetResult();
            await connection.WaitForCloseAsync();
        });
        await using var front = await Front.StartAsync(backend.Url);
        await front.Client.GetStringAsync("/").Within("the first answer");

        stray.SetResult();
        await sent.Task.Within("the stray answer");

        Assert.Equal("ok", await front.Client.GetStringAsync("/").Within("the second answer"));
        Assert.Equal(2, backend.Accepted);
    }

    [Fact]
    public async Task Sweep_ConnectionUnusedForItsLifetime_IsClosed()
    {
        using var backend = RawBackend.Answering(Ok);
        var time = new FakeTimeProvider();
        await using var front = await Front.StartAsync(backend.Url, time: time);
        await front.Client.GetStringAsync("/").Within("an answer");
        await Waiting.Until(() => front.Upstream.IdleConnections == 1, "the connection to become unused");

        time.Advance(TimeSpan.FromSeconds(14));
        var before = front.Upstream.OpenConnections;
        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal((1, 0), (before, front.Upstream.OpenConnections));
    }

    [Fact]
    public async Task Sweep_ConnectionClosedByTheBackend_IsClosedHereToo()
    {
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Ok);
        });
        var time = new FakeTimeProvider();
        await using var front = await Front.StartAsync(backend.Url, time: time);
        await front.Client.GetStringAsync("/").Within("an answer");
        await front.OutcomeAsync();
        await backend.ScriptsAsync();

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, front.Upstream.OpenConnections);
    }

    [Fact]
    public async Task ForwardAsync_MoreThanMayBeKept_ClosesTheSurplus()
    {
        const int kept = 3;
        var requests = 8 * EventLoop.All.Count;
        var all = new Barrier(requests);
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            await all.ArriveAsync();
            await connection.SendAsync(Ok);
            await connection.WaitForCloseAsync();
        });
        await using var front = await Front.StartAsync(backend.Url, new UpstreamOptions { MaxIdleConnections = kept });

        await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => front.Client.GetStringAsync("/"))).Within("all answers");
        for (var i = 0; i < requests; i++)
            await front.OutcomeAsync();

        // Which loop a request belongs to is not for the test to say: a busy machine may put many of them on one.
        Assert.Equal(requests, backend.Accepted);
        Assert.InRange(front.Upstream.IdleConnections, kept, kept * EventLoop.All.Count);
        Assert.Equal(front.Upstream.IdleConnections, front.Upstream.OpenConnections);
    }

    [Fact]
    public async Task Dispose_WhileARequestRuns_LetsItFinishAndKeepsNothing()
    {
        var received = new TaskCompletionSource();
        var disposed = new TaskCompletionSource();
        using var backend = new RawBackend(async connection =>
        {
            await connection.ReadHeadAsync();
            received.SetResult();
            await disposed.Task;
            await connection.SendAsync(Ok);
            await connection.WaitForCloseAsync();
        });
        var time = new FakeTimeProvider();
        await using var front = await Front.StartAsync(backend.Url, time: time);
        var answer = front.Client.GetStringAsync("/");
        await received.Task.Within("the request");

        front.Upstream.Dispose();
        disposed.SetResult();

        Assert.Equal("ok", await answer.Within("the answer"));
        await backend.ScriptsAsync();
        await front.OutcomeAsync();
        Assert.Equal((0, 0), (front.Upstream.OpenConnections, time.ArmedTimers));
    }

    /// <summary>Lets everyone pass when all have arrived.</summary>
    private sealed class Barrier(int participants)
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public Task ArriveAsync()
        {
            if (Interlocked.Increment(ref _arrived) == participants)
                _all.SetResult();
            return _all.Task.Within($"{participants} requests at once");
        }
    }
}
