using ControlPlane.Core.Backends;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Health;

public class ActiveHealthTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Checks_EngineFlips_FollowWithRiseAndFall()
    {
        await using var engine = await _host.StartEngineAsync(_host.NewName(), TestProfiles.Lively);

        for (var round = 0; round < 3; round++)
        {
            engine.IsHealthy = false;
            await _host.StateAsync(engine.Name, BackendState.Unhealthy);
            engine.IsHealthy = true;
            await _host.StateAsync(engine.Name, BackendState.Ready);
        }

        Assert.Contains(_host.Log.Lines, line => line.Contains($"{engine.Name} went from Ready to Unhealthy: /health answered 500", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checks_FewerBadOnesThanFall_ChangeNothing()
    {
        await using var engine = await _host.StartEngineAsync(_host.NewName(), TestProfiles.Lively);
        var since = _host.Find(engine.Name)!.Backend.StateSince;
        var (asked, bad) = (0, 0);

        // Two of every three checks are bad, never three in a row: the profile's fall is three.
        engine.OnHealth = () => Interlocked.Increment(ref asked) % 3 == 0 || Interlocked.Increment(ref bad) < 0;
        await Soon.TrueAsync(() => Volatile.Read(ref asked) >= 12, "twelve checks");

        Assert.True(bad >= 8);
        Assert.Equal((BackendState.Ready, since), (_host.Find(engine.Name)!.Backend.State, _host.Find(engine.Name)!.Backend.StateSince));
    }

    [Fact]
    public async Task Unhealthy_OnlyOneOfTwo_TheOtherGetsAllTheWork()
    {
        var tag = _host.NewName();
        await using var sick = await _host.StartEngineAsync(tag, TestProfiles.Lively);
        await using var well = await _host.StartEngineAsync(tag, TestProfiles.Lively);

        sick.IsHealthy = false;
        await _host.StateAsync(sick.Name, BackendState.Unhealthy);
        for (var i = 0; i < 20; i++)
            Assert.Equal($"\"{well.Name}\"", await _host.RunAsync(tag).TextAsync());

        Assert.Empty(sick.Runs);
    }

    [Fact]
    public async Task Unhealthy_PassesRiseChecks_GetsWorkAgain()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, TestProfiles.Lively);
        engine.IsHealthy = false;
        await _host.StateAsync(engine.Name, BackendState.Unhealthy);
        await _host.RunAsync(tag).ProblemAsync(503, "no_healthy_backend");

        engine.IsHealthy = true;
        var healthAsksBefore = engine.HealthAsks;
        await _host.StateAsync(engine.Name, BackendState.Ready);

        Assert.True(engine.HealthAsks - healthAsksBefore >= 3, "It came back before it had passed rise checks.");
        await _host.RunAsync(tag).TextAsync();
        Assert.Single(engine.Runs);
    }

    [Fact]
    public async Task Unhealthy_JobsInFlight_GoOnToTheirEnd()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, TestProfiles.Lively);
        engine.Hold();
        var job = _host.RunAsync(tag);
        await engine.RunningAsync(1);

        engine.IsHealthy = false;
        await _host.StateAsync(engine.Name, BackendState.Unhealthy);
        engine.LetGo();

        Assert.Equal($"\"{engine.Name}\"", await job.TextAsync());
    }

    [Fact]
    public async Task Checks_OfABackendThatWasRemoved_End()
    {
        await using var engine = await _host.StartEngineAsync(_host.NewName(), TestProfiles.Lively);
        await _host.RemoveAsync(engine.Name);
        await using var other = await _host.StartEngineAsync(_host.NewName(), TestProfiles.Lively);

        // One check may be under way while the row goes.
        var asked = engine.HealthAsks + 1;
        var before = other.HealthAsks;
        await Soon.TrueAsync(() => other.HealthAsks >= before + 10, "ten checks of a backend that is still there");

        Assert.InRange(engine.HealthAsks, 0, asked);
    }

    [Fact]
    public async Task Checks_SendNoWork()
    {
        await using var engine = await _host.StartEngineAsync(_host.NewName(), TestProfiles.Lively);
        await Soon.TrueAsync(() => engine.HealthAsks >= 10, "ten checks");

        Assert.Empty(engine.Runs);
    }

    [Fact]
    public async Task PeerDefect17_ABackendWithoutTagsInTheStore_CannotCome()
    {
        var name = _host.NewName();

        await _host.PostAsync("/backend/add", $"name={name}&url={name}:1").ProblemAsync(400, "invalid_request");
        await _host.PostAsync("/backend/add", $"name={name}&url={name}:1&tag=").ProblemAsync(400, "invalid_request");

        Assert.Null(_host.Find(name));
    }
}
