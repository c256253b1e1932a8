using ControlPlane.Core.Backends;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Health;

/// <summary>What a request's failed connection does to its backend.</summary>
public class PassiveHealthTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData("JobNumAware")]
    [InlineData("ResourceAware")]
    public async Task PeerDefect02_DeadBackend_IsOutAtOnceAndTheRequestGoesToAnother(string strategy)
    {
        var tag = _host.NewName();
        var dead = await _host.StartEngineAsync(tag);
        await using var alive = await _host.StartEngineAsync(tag);
        await dead.DisposeAsync();

        // The dead one has the fewest jobs, so it is picked first sooner or later.
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _host.RunAsync(tag, strategy).TextAsync()));

        Assert.All(answers, answer => Assert.Equal($"\"{alive.Name}\"", answer));
        Assert.Equal(20, alive.Runs.Count);
        await _host.StateAsync(dead.Name, BackendState.Unhealthy);
    }

    [Fact]
    public async Task PeerDefect09_OnlyDeadBackends_SaysWhichCouldNotBeReached()
    {
        var tag = _host.NewName();
        var dead = await _host.StartEngineAsync(tag);
        await dead.DisposeAsync();

        var problem = await _host.RunAsync(tag).ProblemAsync(503, "backend_unreachable");

        Assert.Contains(dead.Name, problem.Detail, StringComparison.Ordinal);
        Assert.Contains("not sent", problem.Detail, StringComparison.Ordinal);
        Assert.NotNull(problem.RetryAfter);
        await _host.StateAsync(dead.Name, BackendState.Unhealthy);
        await _host.RunAsync(tag).ProblemAsync(503, "no_healthy_backend");
    }

    [Fact]
    public async Task DeadBackend_ListensAgain_ComesBackAfterRiseChecks()
    {
        var tag = _host.NewName();
        var dead = await _host.StartEngineAsync(tag, TestProfiles.Lively);
        await dead.DisposeAsync();
        await _host.StateAsync(dead.Name, BackendState.Unhealthy);

        await using var again = await FakeEngine.StartAsync(dead.Name, dead.Port);
        await _host.StateAsync(dead.Name, BackendState.Ready);

        Assert.True(again.HealthAsks >= 3);
        Assert.Equal($"\"{dead.Name}\"", await _host.RunAsync(tag).TextAsync());
    }

    [Fact]
    public async Task Suspect_ChecksAreGood_GoesOutAndComesBack()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, TestProfiles.Lively);
        var asks = engine.HealthAsks;

        _host.Get<Suspicions>().Report(_host.Find(engine.Name)!, "a test says so");

        Assert.False(_host.Find(engine.Name)!.TakesWork);
        await Soon.TrueAsync(() => _host.Find(engine.Name)!.TakesWork, "the backend to take work again");
        Assert.True(engine.HealthAsks - asks >= 3, "It came back before it had passed rise checks.");
        Assert.Contains(_host.Log.Lines, line => line.Contains($"{engine.Name} went from Ready to Unhealthy: a test says so", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Suspicion_OfABackendThatIsRemoved_DoesNotHitItsSuccessor()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, TestProfiles.Lively);
        var before = _host.Find(engine.Name)!;
        await _host.RemoveAsync(engine.Name);
        _host.Get<Suspicions>().Report(before, "a request that began before the removal");

        await _host.AddAsync(engine, tag, TestProfiles.Lively);

        Assert.DoesNotContain(_host.Log.Lines, line => line.Contains($"{engine.Name} went from", StringComparison.Ordinal) && line.Contains("Unhealthy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BrokenAnswer_IsNoReasonToTakeTheBackendOut()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        engine.OnRun = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        await _host.RunAsync(tag).ProblemAsync(502, "backend_failed");

        Assert.True(_host.Find(engine.Name)!.TakesWork);
    }
}
