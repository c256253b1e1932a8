using System.Net.Http.Json;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Routing;

public class StrategyTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("JobNumAware")]
    [InlineData("JobNumAwareStrategy")]
    [InlineData("ResourceAware")]
    [InlineData("ResourceAwareStrategy")]
    public async Task Run_KnownStrategy_AnswersFromOneBackend(string? strategy)
    {
        var tag = _host.NewName();
        await using var one = await _host.StartEngineAsync(tag);
        await using var two = await _host.StartEngineAsync(tag);

        var answer = await _host.RunAsync(tag, strategy).TextAsync();

        Assert.Contains(answer, (string[])[$"\"{one.Name}\"", $"\"{two.Name}\""]);
        Assert.Single(one.Runs.Concat(two.Runs));
    }

    [Theory]
    [InlineData("AllBackends")]
    [InlineData("AllBackendsStrategy")]
    public async Task Run_AllBackends_AnswersFromEach(string strategy)
    {
        var tag = _host.NewName();
        await using var one = await _host.StartEngineAsync(tag);
        await using var two = await _host.StartEngineAsync(tag);

        Assert.Equal(2, (await _host.RunAsync(tag, strategy).JsonAsync()).GetArrayLength());
    }

    [Theory]
    [InlineData("jobnumaware")]
    [InlineData("Strategy")]
    [InlineData("FreeCoresStrategy")]
    [InlineData("JobNumAwareStrategyStrategy")]
    [InlineData("JobNumAware,ResourceAware")]
    public async Task Run_UnknownStrategy_IsRefusedWithTheKnownOnes(string strategy)
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);

        var problem = await _host.RunAsync(tag, strategy).ProblemAsync(400, "invalid_request");

        foreach (var known in (string[])["JobNumAwareStrategy", "ResourceAwareStrategy", "AllBackendsStrategy"])
            Assert.Contains(known, problem.Fields["proxyStrategy"], StringComparison.Ordinal);
        Assert.Empty(engine.Runs);
    }

    [Fact]
    public async Task Run_NoStrategy_GoesByJobs()
    {
        var tag = _host.NewName();
        await using var busy = await _host.StartEngineAsync(tag);
        await using var idle = await _host.StartEngineAsync(tag);
        busy.Hold();
        idle.Hold();
        var first = _host.RunAsync(tag);
        await Soon.TrueAsync(() => busy.Running + idle.Running == 1, "one running job");
        var (full, free) = busy.Running == 1 ? (busy, idle) : (idle, busy);
        free.LetAllGo();

        for (var i = 0; i < 5; i++)
            Assert.Equal($"\"{free.Name}\"", await _host.RunAsync(tag).TextAsync());

        full.LetAllGo();
        await first.TextAsync();
    }

    [Fact]
    public async Task Run_Weights_ShareTheJobs()
    {
        var tag = _host.NewName();
        await using var heavy = await _host.StartEngineAsync(tag, weight: 3);
        await using var light = await _host.StartEngineAsync(tag, weight: 1);
        heavy.Hold();
        light.Hold();

        var jobs = new List<Task<string>>();
        for (var i = 0; i < 40; i++)
        {
            jobs.Add(_host.RunAsync(tag).TextAsync());
            await Soon.TrueAsync(() => heavy.Running + light.Running == jobs.Count, $"{jobs.Count} running jobs");
        }

        Assert.Equal((30, 10), (heavy.Running, light.Running));
        heavy.LetAllGo();
        light.LetAllGo();
        await Task.WhenAll(jobs);
    }

    [Fact]
    public async Task PeerDefect06_IdleMeansNoJobsNow_NotNeverUsed()
    {
        var tag = _host.NewName();
        await using var used = await _host.StartEngineAsync(tag);
        for (var i = 0; i < 5; i++)
            await _host.RunAsync(tag).TextAsync();
        await using var fresh = await _host.StartEngineAsync(tag);
        fresh.Hold();
        used.Hold();

        var jobs = Enumerable.Range(0, 10).Select(_ => _host.RunAsync(tag).TextAsync()).ToList();
        await Soon.TrueAsync(() => used.Running + fresh.Running == 10, "ten running jobs");

        Assert.Equal((5, 5), (used.Running, fresh.Running));
        fresh.LetAllGo();
        used.LetAllGo();
        await Task.WhenAll(jobs);
    }

    [Fact]
    public async Task PeerDefect07_ManyPicksAtOnce_AreCountedAtOnce()
    {
        var tag = _host.NewName();
        var engines = new List<FakeEngine>();
        for (var i = 0; i < 4; i++)
            engines.Add(await _host.StartEngineAsync(tag, maxJobs: 10));
        engines.ForEach(engine => engine.Hold());

        var jobs = Enumerable.Range(0, 40).Select(_ => _host.RunAsync(tag).TextAsync()).ToList();
        await Soon.TrueAsync(() => engines.Sum(engine => engine.Running) == 40, "forty running jobs");

        Assert.All(engines, engine => Assert.Equal(10, engine.Running));
        engines.ForEach(engine => engine.LetAllGo());
        await Task.WhenAll(jobs);
        foreach (var engine in engines)
            await engine.DisposeAsync();
    }

    [Theory]
    [InlineData("tags")]
    [InlineData("weight")]
    [InlineData("add and remove others")]
    [InlineData("remove and add again")]
    public async Task PeerDefect05_RegistryChanges_JobsInFlightStayCounted(string change)
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, maxJobs: 50);
        engine.Hold();
        var jobs = Enumerable.Range(0, 7).Select(_ => _host.RunAsync(tag).TextAsync()).ToList();
        await engine.RunningAsync(7);

        switch (change)
        {
            case "tags":
                await _host.PostAsync("/backend/tags/update", $"name={engine.Name}&tags={tag},more").TextAsync();
                break;
            case "weight":
                var spec = new { url = engine.Address, tags = (string[])[tag], profile = TestProfiles.Steady, weight = 9, maxJobs = 50 };
                await _host.Client.PutAsJsonAsync($"/v1/backends/{engine.Name}", spec).TextAsync();
                break;
            case "add and remove others":
                var other = _host.NewName();
                await _host.RegisterAsync(other, $"127.0.0.1:{FreePort.Find()}", tag);
                await _host.RemoveAsync(other);
                break;
            default:
                await _host.RemoveAsync(engine.Name);
                await _host.AddAsync(engine, tag, maxJobs: 50);
                break;
        }

        Assert.Equal(7, _host.Find(engine.Name)!.InFlight);
        Assert.Equal(7, (await _host.GetJsonAsync("/backend/active")).GetProperty(engine.Name).GetInt32());
        engine.LetAllGo();
        await Task.WhenAll(jobs);
        await Soon.TrueAsync(() => _host.Find(engine.Name)!.InFlight == 0, "no job in flight");
    }

    [Fact]
    public async Task PeerDefect05_BackendIsRemoved_ActiveForgetsIt()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        await _host.RunAsync(tag).TextAsync();

        await _host.RemoveAsync(engine.Name);

        Assert.False((await _host.GetJsonAsync("/backend/active")).TryGetProperty(engine.Name, out _));
    }

    [Fact]
    public async Task PeerDefect18_BackendIsRemoved_ItsJobsGoOnAndNewOnesDoNotReachIt()
    {
        var tag = _host.NewName();
        await using var leaving = await _host.StartEngineAsync(tag);
        leaving.Hold();
        var job = _host.RunAsync(tag);
        await leaving.RunningAsync(1);

        await _host.RemoveAsync(leaving.Name);

        await _host.RunAsync(tag).ProblemAsync(404, "no_tag_match");
        leaving.LetAllGo();
        Assert.Equal($"\"{leaving.Name}\"", await job.TextAsync());
        Assert.Single(leaving.Runs);
    }

    [Fact]
    public async Task PeerDefect20_ChangeMadeThroughAnotherProcess_IsSeen()
    {
        var tag = _host.NewName();
        await using var engine = await FakeEngine.StartAsync(_host.NewName("b"));
        var registry = new ControlPlane.Functions.Registry.Registry<ControlPlane.Core.Backends.Backend>(
            _host.Get<ControlPlane.Core.Storage.IEntityStore>(), ControlPlane.Functions.Registry.RegistryKinds.Backends, TimeProvider.System);

        // Through a registry of its own, whose changes nobody here is told of, as another router's are.
        var backend = Sample.Backend(engine.Name, tag) with { Url = $"http://{engine.Address}", Profile = TestProfiles.Steady };
        Assert.True((await registry.AddAsync(backend)).Is(out _, out _));

        await Soon.TrueAsync(() => _host.Find(engine.Name) is not null, "the backend that another process added");
        Assert.Equal($"\"{engine.Name}\"", await _host.RunAsync(tag).TextAsync());
    }
}
