using ControlPlane.Core.Groups;
using ControlPlane.Core.Routing;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Holding;

public sealed class GateTests(UntendedHost shared) : IClassFixture<UntendedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Run_GateClosed_IsHeldAndGoesToTheSideThatServesThen()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.GateAsync(Gate.Closed);
        var held = Enumerable.Range(0, 5).Select(_ => site.RunAsync()).Append(site.RunAsync("select 1")).ToList();
        await site.HeldAsync(6);

        await site.ChangeAsync(group => group.Flip(2) with { Gate = Gate.Open });

        Assert.All(await Task.WhenAll(held), answer => Assert.Equal($"\"{site.Green.Name}\"", answer));
        Assert.Empty(site.Blue.Runs);
        Assert.Equal((0, 6L, 0L), (site.Held.Now, site.Held.Total, site.Held.Refused));
        Assert.True(site.Held.Longest > TimeSpan.Zero);
    }

    [Fact]
    public async Task Run_GateOpensWithoutASwitch_GoesToTheSideThatServedBefore()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.GateAsync(Gate.Closed);
        var held = site.RunAsync();
        await site.HeldAsync(1);

        await site.GateAsync(Gate.Open);

        Assert.Equal($"\"{site.Blue.Name}\"", await held);
        Assert.Empty(site.Green.Runs);
    }

    [Fact]
    public async Task Run_WritesHeld_ReadsPass()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.GateAsync(Gate.WritesHeld);

        var write = site.RunAsync("select 1; insert into t values (1)");
        await site.HeldAsync(1);

        Assert.Equal($"\"{site.Blue.Name}\"", await site.RunAsync("-- a comment\nSELECT 1"));
        Assert.Single(site.Blue.Runs);
        await site.GateAsync(Gate.Open);
        await write;
    }

    [Fact]
    public async Task Run_GateOpens_TheHeldGoOnInTheOrderOfComing()
    {
        await using var site = await TwoSides.StartAsync(_host, maxJobs: 1);
        await site.GateAsync(Gate.Closed);
        var held = new List<Task<string>>();
        for (var i = 0; i < 6; i++)
        {
            held.Add(site.RunAsync($"{i}"));
            await site.HeldAsync(i + 1);
        }

        await site.ChangeAsync(group => group.Flip(2) with { Gate = Gate.Open });

        await Task.WhenAll(held);
        Assert.Equal(["0", "1", "2", "3", "4", "5"], site.Green.Runs.Select(seen => seen.Body.Split('&')[0]["sql=".Length..]));
    }

    [Fact]
    public async Task Run_WaitsForABackendWhenTheGateCloses_IsHeldAndNotSent()
    {
        await using var site = await TwoSides.StartAsync(_host, maxJobs: 1);
        site.Blue.Hold();
        var running = site.RunAsync();
        await site.Blue.RunningAsync(1);
        var waiting = Enumerable.Range(0, 3).Select(_ => site.RunAsync()).ToList();
        await Soon.TrueAsync(() => _host.Queue.Measure().GetValueOrDefault(site.Tag)?.Count == 3, "three that wait for blue");

        await site.GateAsync(Gate.Closed);
        site.Blue.LetAllGo();
        await running;
        await site.HeldAsync(3);

        Assert.Single(site.Blue.Runs);
        await site.ChangeAsync(group => group.Flip(2) with { Gate = Gate.Open });
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal($"\"{site.Green.Name}\"", answer));
        Assert.Single(site.Blue.Runs);
    }

    [Fact]
    public async Task Run_ClientGoesWhileHeld_LeavesTheLine()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.GateAsync(Gate.Closed);
        using var client = new CancellationTokenSource();
        var gone = site.RunAsync(cancellation: client.Token);
        await site.HeldAsync(1);

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await site.HeldAsync(0);
        await site.GateAsync(Gate.Open);
        Assert.Empty(site.Blue.Runs);
        Assert.Equal(0, site.Held.Refused);
    }

    [Fact]
    public async Task Run_HoldTimePasses_IsRefusedAndNeverSent()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.ChangeAsync(group => group with { Gate = Gate.Closed, HoldTime = TimeSpan.FromMilliseconds(100) });

        var problem = await _host.RunAsync(site.Tag).ProblemAsync(503, "hold_timeout");

        Assert.NotNull(problem.RetryAfter);
        Assert.Equal(1, site.Held.Refused);
        await site.GateAsync(Gate.Open);
        Assert.Empty(site.Blue.Runs);
    }

    [Theory]
    [InlineData(2, 1000)]
    [InlineData(1000, 100)]
    public async Task Run_MoreThanMayBeHeld_IsRefusedAtOnce(int requests, long bytes)
    {
        await using var host = await UntendedHost.StartAsync(options => options with { Router = new RouterOptions { HoldLimit = requests, HoldBytes = bytes } });
        await using var site = await TwoSides.StartAsync(host);
        await site.GateAsync(Gate.Closed);
        var held = Enumerable.Range(0, 2).Select(_ => site.RunAsync("x")).ToList();
        await site.HeldAsync(2);

        var problem = await host.RunAsync(site.Tag, sql: new string('x', 200)).ProblemAsync(503, "hold_full");

        Assert.Equal((new RouterOptions().RetryAfter, 1L), (problem.RetryAfter, site.Held.Refused));
        await site.GateAsync(Gate.Open);
        await Task.WhenAll(held);
        Assert.Equal(2, site.Blue.Runs.Count);
        Assert.Equal(0, site.Held.Now);
    }

    [Fact]
    public async Task Run_OneOfSeveralGroupsIsHeld_IsHeldToo()
    {
        await using var site = await TwoSides.StartAsync(_host);
        var other = _host.NewName();
        await using var free = await _host.StartEngineAsync(other);
        await site.GateAsync(Gate.Closed);

        var held = _host.RunAsync($"{other},{site.Tag}").TextAsync();
        await site.HeldAsync(1);

        await _host.RunAsync(other).TextAsync();
        Assert.Single(free.Runs);
        await site.GateAsync(Gate.Open);
        await held;
    }

    [Fact]
    public async Task Run_ToABackendOfAHeldGroupByAnotherTag_IsHeldToo()
    {
        await using var site = await TwoSides.StartAsync(_host);
        var capability = _host.NewName();
        await using var byHand = await site.AddByHandAsync(capability);
        await site.GateAsync(Gate.Closed);

        var held = _host.RunAsync(capability).TextAsync();
        await site.HeldAsync(1);

        Assert.Empty(byHand.Runs);
        await site.GateAsync(Gate.Open);
        await held;
    }

    [Fact]
    public async Task RunOnAll_GateClosed_IsHeldAndGoesToTheSideThatServesThen()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.GateAsync(Gate.WritesHeld);
        var held = _host.RunAsync(site.Tag, "AllBackends", "insert into t values (1)").TextAsync();
        await site.HeldAsync(1);

        await _host.RunAsync(site.Tag, "AllBackends", "select 1").TextAsync();
        await site.ChangeAsync(group => group.Flip(2) with { Gate = Gate.Open });
        await held;

        Assert.Equal((1, 1), (site.Blue.Runs.Count, site.Green.Runs.Count));
        Assert.Contains("select", site.Blue.Runs.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunOnAll_GateClosesWhileItWaits_IsNotSentToTheSideThatServesNoMore()
    {
        await using var site = await TwoSides.StartAsync(_host, maxJobs: 1);
        site.Blue.Hold();
        var running = site.RunAsync();
        await site.Blue.RunningAsync(1);
        var waiting = _host.RunAsync(site.Tag, "AllBackends");
        await Soon.TrueAsync(() => _host.Queue.Measure().ContainsKey("=" + site.Blue.Name), "one that waits for blue");

        await site.GateAsync(Gate.Closed);
        site.Blue.LetAllGo();
        await running;
        await site.HeldAsync(1);
        await site.ChangeAsync(group => group.Flip(2) with { Gate = Gate.Open });

        Assert.Contains("does not serve any more", await waiting.TextAsync(System.Net.HttpStatusCode.BadGateway), StringComparison.Ordinal);
        Assert.Equal((1, 0), (site.Blue.Runs.Count, site.Green.Runs.Count));
    }

    [Fact]
    public async Task Run_ReleasedToASideThatCannotBeReached_IsRefusedAndNotSentToTheOther()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.GateAsync(Gate.Closed);
        var held = _host.RunAsync(site.Tag);
        await site.HeldAsync(1);
        await site.Green.StopAsync();

        await site.ChangeAsync(group => group.Flip(2) with { Gate = Gate.Open });

        await held.ProblemAsync(503, "backend_unreachable");
        Assert.Empty(site.Blue.Runs);
    }

    [Theory]
    [InlineData(Gate.Open, "Unknown", true)]
    [InlineData(Gate.Open, "Write", false)]
    [InlineData(Gate.WritesHeld, "Read", false)]
    [InlineData(Gate.WritesHeld, "Write", true)]
    [InlineData(Gate.Closed, "Read", true)]
    public async Task Acquire_AnotherBackendAfterAFailedConnection_OnlyIfTheGateAllowsIt(Gate gate, string what, bool isBehindGate)
    {
        await using var site = await TwoSides.StartAsync(_host);
        await using var second = await FakeEngine.StartAsync(_host.NewName("b"));
        await site.JoinAsync(second, epoch: 1);
        await site.GateAsync(gate);
        var request = new PlaceRequest(site.Tag, PickStrategy.JobNumAware, [_host.Find(site.Blue.Name)!], Enum.Parse<RequestKind>(what));

        var place = (await _host.Dispatcher.AcquireAsync(request, default)).Value;

        Assert.Equal(isBehindGate, place.IsBehindGate);
        Assert.Equal(isBehindGate ? null : second.Name, place.Destination?.Name);
        if (!isBehindGate)
            _host.Dispatcher.Release(place, hasRun: false);
    }
}
