using System.Globalization;
using ControlPlane.Core.Backends;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Routing;

public class QueueTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task PeerDefect13_MoreJobsThanTheLimit_TheRestWaits()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, maxJobs: 3);
        engine.Hold();

        var jobs = Enumerable.Range(0, 10).Select(_ => _host.RunAsync(tag).TextAsync()).ToList();
        await WaitingAsync(_host, tag, 7);
        Assert.Equal(3, engine.Running);
        engine.LetAllGo();
        await Task.WhenAll(jobs);

        Assert.Equal((10, 3), (engine.Runs.Count, engine.MostRunning));
    }

    [Fact]
    public async Task Waiting_PlaceAfterPlaceFreed_IsServedInTheOrderOfComing()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, maxJobs: 1);
        engine.Hold();
        var jobs = new List<Task<string>> { _host.RunAsync(tag, sql: "0").TextAsync() };
        await engine.RunningAsync(1);
        for (var i = 1; i <= 6; i++)
        {
            jobs.Add(_host.RunAsync(tag, i % 2 == 0 ? "ResourceAware" : null, sql: i.ToString(CultureInfo.InvariantCulture)).TextAsync());
            await WaitingAsync(_host, tag, i);
        }

        for (var i = 1; i <= jobs.Count; i++)
        {
            engine.LetGo();
            await Soon.TrueAsync(() => engine.Runs.Count == Math.Min(i + 1, jobs.Count), $"job {i} to run in its turn");
        }

        await Task.WhenAll(jobs);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], engine.Runs.Select(seen => seen.Body.Split('&')[0]["sql=".Length..]));
    }

    [Fact]
    public async Task Queue_AtItsBound_RefusesTheNextAtOnce()
    {
        await using var host = await StartAsync(new RouterOptions { QueueLimit = 2, RetryAfter = TimeSpan.FromSeconds(3) });
        await using var engine = await host.StartEngineAsync("a", maxJobs: 1);
        engine.Hold();
        var jobs = Enumerable.Range(0, 3).Select(_ => host.RunAsync("a").TextAsync()).ToList();
        await WaitingAsync(host, "a", 2);

        var problem = await host.RunAsync("a").ProblemAsync(503, "queue_full");

        Assert.Equal(TimeSpan.FromSeconds(3), problem.RetryAfter);
        engine.LetAllGo();
        await Task.WhenAll(jobs);
        Assert.Equal(3, engine.Runs.Count);
    }

    [Fact]
    public async Task Queue_Deadline_RefusesAndTheJobNeverRuns()
    {
        await using var host = await StartAsync(new RouterOptions { QueueDeadline = TimeSpan.FromMilliseconds(150) });
        await using var engine = await host.StartEngineAsync("a", maxJobs: 1);
        engine.Hold();
        var job = host.RunAsync("a");
        await engine.RunningAsync(1);

        var problem = await host.RunAsync("a").ProblemAsync(503, "queue_timeout");

        Assert.NotNull(problem.RetryAfter);
        engine.LetAllGo();
        await job.TextAsync();
        Assert.Single(engine.Runs);
        Assert.True(host.Queue.IsEmpty);
    }

    [Fact]
    public async Task Waiting_ClientGoes_LeavesTheQueueAndTheNextIsServed()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, maxJobs: 1);
        engine.Hold();
        var running = _host.RunAsync(tag, sql: "running");
        await engine.RunningAsync(1);
        using var client = new CancellationTokenSource();
        var gone = _host.RunAsync(tag, sql: "gone", cancellation: client.Token);
        await WaitingAsync(_host, tag, 1);
        var next = _host.RunAsync(tag, sql: "next");
        await WaitingAsync(_host, tag, 2);

        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await WaitingAsync(_host, tag, 1);
        engine.LetAllGo();

        await running.TextAsync();
        await next.TextAsync();
        Assert.DoesNotContain(engine.Runs, seen => seen.Body.Contains("gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Waiting_AnotherBackendJoins_IsServedByIt()
    {
        var tag = _host.NewName();
        await using var full = await _host.StartEngineAsync(tag, maxJobs: 1);
        full.Hold();
        var running = _host.RunAsync(tag);
        await full.RunningAsync(1);
        var waiting = _host.RunAsync(tag);
        await WaitingAsync(_host, tag, 1);

        await using var joining = await _host.StartEngineAsync(tag);

        Assert.Equal($"\"{joining.Name}\"", await waiting.TextAsync());
        full.LetAllGo();
        await running.TextAsync();
    }

    [Fact]
    public async Task Waiting_OnlyAJoiningBackend_IsServedWhenItIsReady()
    {
        var tag = _host.NewName();
        await using var engine = await FakeEngine.StartAsync(_host.NewName("b"));
        engine.IsHealthy = false;
        engine.OnHealth = () => engine.IsHealthy;
        await _host.RegisterAsync(engine.Name, engine.Address, tag, TestProfiles.Patient);

        var waiting = _host.RunAsync(tag);
        await WaitingAsync(_host, tag, 1);
        engine.IsHealthy = true;

        Assert.Equal($"\"{engine.Name}\"", await waiting.TextAsync());
    }

    [Fact]
    public async Task Waiting_TheLimitIsRaised_IsServed()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, maxJobs: 1);
        engine.Hold();
        var jobs = Enumerable.Range(0, 3).Select(_ => _host.RunAsync(tag).TextAsync()).ToList();
        await WaitingAsync(_host, tag, 2);

        await _host.Get<Registry<Backend>>().ChangeAsync(engine.Name, null, backend => backend with { MaxJobs = 3 });

        await engine.RunningAsync(3);
        engine.LetAllGo();
        await Task.WhenAll(jobs);
    }

    [Fact]
    public async Task Waiting_TwoTagsOnOneBackend_TheOlderGoesFirst()
    {
        var (one, two) = (_host.NewName(), _host.NewName());
        await using var engine = await _host.StartEngineAsync($"{one},{two}", maxJobs: 1);
        engine.Hold();
        var jobs = new List<Task<string>> { _host.RunAsync(one, sql: "0").TextAsync() };
        await engine.RunningAsync(1);
        var turns = (string[])[two, one, one, two];
        for (var i = 0; i < turns.Length; i++)
        {
            jobs.Add(_host.RunAsync(turns[i], sql: $"{i + 1}").TextAsync());
            var expected = i + 1;
            await Soon.TrueAsync(() => _host.Queue.Measure(line => line == one || line == two).Count == expected, $"{expected} waiting");
        }

        for (var i = 1; i <= jobs.Count; i++)
        {
            engine.LetGo();
            await Soon.TrueAsync(() => engine.Runs.Count == Math.Min(i + 1, jobs.Count), $"job {i} to run in its turn");
        }

        await Task.WhenAll(jobs);
        Assert.Equal(["0", "1", "2", "3", "4"], engine.Runs.Select(seen => seen.Body.Split('&')[0]["sql=".Length..]));
    }

    [Fact]
    public async Task Waiting_DeadBackendComesBackMeanwhile_TheOnesBehindAreServedToo()
    {
        var tag = _host.NewName();
        await using var full = await _host.StartEngineAsync(tag, maxJobs: 1);
        full.Hold();
        var running = _host.RunAsync(tag);
        await full.RunningAsync(1);
        var dead = await _host.StartEngineAsync(tag, TestProfiles.Late, maxJobs: 1);
        await dead.DisposeAsync();

        // Could not reach the dead one, so it waits for the full one, at the head of the line.
        var head = _host.RunAsync(tag);
        await WaitingAsync(_host, tag, 1);
        await using var again = await FakeEngine.StartAsync(dead.Name, dead.Port);

        Assert.Equal($"\"{again.Name}\"", await _host.RunAsync(tag).TextAsync());
        Assert.Equal($"\"{again.Name}\"", await head.TextAsync());
        full.LetAllGo();
        await running.TextAsync();
    }

    private static Task<TestHost> StartAsync(RouterOptions router) => TestHost.StartAsync(options => options with { Router = router });

    private static Task WaitingAsync(TestHost host, string tag, int count) =>
        Soon.TrueAsync(() => host.Queue.Measure(line => line == tag).Count == count, $"{count} requests that wait for {tag}; there are {host.Queue.Measure(line => line == tag).Count}");
}
