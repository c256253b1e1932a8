using ControlPlane.Core.Groups;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Functions.Tests.Holding;

public sealed class CountTests(UntendedHost shared) : IClassFixture<UntendedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Count_ReadsAndWritesInFlight_AreToldApart()
    {
        await using var site = await TwoSides.StartAsync(_host);
        site.Blue.Hold();
        var jobs = new[] { "select 1", "select 2", "insert" }.Select(sql => site.RunAsync(sql)).ToList();
        await site.Blue.RunningAsync(3);

        var both = await site.InFlight.CountAsync(site.Tag, default);
        site.Blue.LetAllGo();
        await Task.WhenAll(jobs);

        Assert.Equal(new InFlightCount(1, 2), both);
        await Soon.TrueAsync(async () => await site.InFlight.CountAsync(site.Tag, default) == new InFlightCount(0, 0), "nothing in flight");
    }

    [Fact]
    public async Task Count_BegunBeforeTheUpgrade_IsAWrite()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.ChangeAsync(group => group with { Upgrade = null });
        site.Blue.Hold();
        var job = site.RunAsync("select 1");
        await site.Blue.RunningAsync(1);
        await site.ChangeAsync(group => group with { Upgrade = "u2" });

        Assert.Equal(new InFlightCount(1, 0), await site.InFlight.CountAsync(site.Tag, default));
        site.Blue.LetAllGo();
        await job;
    }

    [Fact]
    public async Task Count_OtherRouters_AreAddedAndSilentOnesNamed()
    {
        await using var site = await TwoSides.StartAsync(_host);
        var report = RouterReport.Empty with
        {
            Router = "r1",
            InFlight = new Dictionary<string, int> { [site.Blue.Name] = 5, [site.Green.Name] = 9 },
            Reads = new Dictionary<string, int> { [site.Blue.Name] = 2 },
            Held = new Dictionary<string, HoldCount> { [site.Tag] = new(3, TimeSpan.FromSeconds(7), 4, 1) },
            Sides = [new SideReport(site.Tag, 2, OutcomeSnapshot.Empty with { Broken = 6 })],
        };
        var others = new OtherRouters(report, RouterReport.Empty.WithoutWork(isOverdue: true) with { Router = "r9" });

        var count = await new InFlight(_host.Get<RegistryFeed>(), _host.Dispatcher, others, TimeProvider.System).CountAsync(site.Tag, default);
        var held = await new HeldRequests(_host.Get<HoldLine>(), others).ReadAsync(site.Tag, default);
        var outcomes = await new SideOutcomes(_host.Get<OutcomeBook>(), others).ReadAsync(site.Tag, 2, default);

        Assert.Equal((3, 2), (count.Writes, count.Reads));
        Assert.Equal(["r9"], count.Missing!);
        Assert.Equal(new HoldCount(3, TimeSpan.FromSeconds(7), 4, 1), held);
        Assert.Equal(6, outcomes.Broken);
    }

    /// <summary>It may still send by what it knows; one that has nothing in hand has no need to say so.</summary>
    [Fact]
    public async Task Count_RouterThatKnowsTheGroupOtherwise_IsNamed()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.ChangeAsync(group => group with { Gate = Gate.WritesHeld, UpgradeStepNumber = 3 });
        var others = new OtherRouters(
            Knows("now", new SeenGroup("u1", 3, Gate.WritesHeld)),
            Knows("open", new SeenGroup("u1", 3, Gate.Open)),
            Knows("an earlier step", new SeenGroup("u1", 2, Gate.WritesHeld)),
            Knows("an earlier upgrade", new SeenGroup("u0", 3, Gate.WritesHeld)),
            RouterReport.Empty with { Router = "nothing", InFlight = new Dictionary<string, int> { ["elsewhere"] = 1 } },
            RouterReport.Empty with { Router = "idle" });

        var count = await new InFlight(_host.Get<RegistryFeed>(), _host.Dispatcher, others, TimeProvider.System).CountAsync(site.Tag, default);

        Assert.Equal(["open", "an earlier step", "an earlier upgrade", "nothing"], count.Behind!);
        Assert.Null(count.Missing);

        RouterReport Knows(string router, SeenGroup seen) => RouterReport.Empty with
        {
            Router = router,
            Groups = new Dictionary<string, SeenGroup> { [site.Tag] = seen },
            Held = new Dictionary<string, HoldCount> { [site.Tag] = HoldCount.None },
        };
    }

    [Fact]
    public async Task Count_RouterHasSaidNothingSince_IsNamed()
    {
        await using var site = await TwoSides.StartAsync(_host);
        var now = DateTimeOffset.UtcNow;
        RouterReport[] reports =
        [
            .. new[] { ("before", -1), ("at it", 0), ("after", 1) }.Select(one => RouterReport.Empty with
            {
                Router = one.Item1,
                At = now.AddSeconds(one.Item2),
                Groups = new Dictionary<string, SeenGroup> { [site.Tag] = new("u1", 0, Gate.Open) },
                Held = new Dictionary<string, HoldCount> { [site.Tag] = HoldCount.None },
            }),
            RouterReport.Empty with { Router = "idle", At = now.AddSeconds(-1) },
        ];
        var inFlight = new InFlight(_host.Get<RegistryFeed>(), _host.Dispatcher, new OtherRouters(reports), TimeProvider.System);

        Assert.Equal(["before"], (await inFlight.CountAsync(site.Tag, default, since: now)).Behind!);
        Assert.Null((await inFlight.CountAsync(site.Tag, default)).Behind);
    }

    [Fact]
    public async Task Measure_GroupIsBeingUpgraded_SaysHowThisRouterKnowsIt()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.GateAsync(Gate.Closed);
        var load = ActivatorUtilities.CreateInstance<RouterLoad>(_host.App.Services);

        var report = load.Measure();

        Assert.Equal(new SeenGroup("u1", 0, Gate.Closed), report.Groups![site.Tag]);
        Assert.False(report.IsIdle);
    }

    [Fact]
    public void IsSettledAndComplete_OtherRouters_OnceTheyHaveHeardForCertain()
    {
        var time = new FakeTimeProvider();
        var others = new OtherRouters { SettleTime = TimeSpan.FromSeconds(4), FirstReportTime = TimeSpan.FromSeconds(1) };
        var inFlight = new InFlight(_host.Get<RegistryFeed>(), _host.Dispatcher, others, time);
        var since = time.GetUtcNow();

        time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.Equal((false, false), (inFlight.IsComplete(since), inFlight.IsSettled(since)));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((true, false), (inFlight.IsComplete(since), inFlight.IsSettled(since)));
        time.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(inFlight.IsSettled(since));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(inFlight.IsSettled(since));
    }

    [Fact]
    public async Task Outcomes_EachKindOfEnd_IsCountedForItsSide()
    {
        await using var site = await TwoSides.StartAsync(_host);
        site.Blue.OnRun = (context, body) =>
        {
            context.Response.StatusCode = body.Contains("bad", StringComparison.Ordinal) ? 500 : body.Contains("wrong", StringComparison.Ordinal) ? 400 : 200;
            if (body.Contains("broken", StringComparison.Ordinal))
                context.Abort();
            return Task.CompletedTask;
        };
        var before = await site.OutcomesAsync(1);

        foreach (var sql in (string[])["good", "select 1", "bad", "wrong", "broken"])
            (await _host.RunAsync(site.Tag, sql: sql)).Dispose();
        await _host.RunAsync(site.Tag, "AllBackends", "good").TextAsync();
        await _host.RunAsync($"{site.Tag}@preview").TextAsync();
        var (blue, green) = ((await site.OutcomesAsync(1)) - before, await site.OutcomesAsync(2));

        Assert.Equal((4L, 2L, 1L, 1L), (blue.Answers, blue.Failures, blue.Errors, blue.Broken));
        Assert.Equal((5L, 1L), (blue.WritesSent, blue.ReadsSent));
        Assert.Equal((1L, 0L, 1L), (green.Answers, green.Failures, green.WritesSent));
    }

    [Fact]
    public async Task Outcomes_InstanceLeaves_StayInTheCountOfItsSide()
    {
        await using var site = await TwoSides.StartAsync(_host);
        await site.RunAsync();

        Assert.Null((await _host.Get<Registry<Core.Backends.Backend>>().RemoveAsync(site.Blue.Name)).Problem);
        await _host.Get<RegistryFeed>().RefreshAsync();

        Assert.Equal(1, (await site.OutcomesAsync(1)).WritesSent);
        await site.ChangeAsync(group => group.With(Colour.Blue, new Side { Epoch = 9 }));
        Assert.Equal(0, (await site.OutcomesAsync(1)).WritesSent);
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.95, 100)]
    [InlineData(1, 60_000)]
    public void Percentile_Answers_IsTheBoundOfItsBucket(double share, int milliseconds)
    {
        var count = new OutcomeCount();
        for (var i = 0; i < 90; i++)
            count.Answered(200, TimeSpan.FromMilliseconds(1.5));
        for (var i = 0; i < 9; i++)
            count.Answered(200, TimeSpan.FromMilliseconds(100));
        count.Answered(200, TimeSpan.FromHours(1));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), count.Read().Percentile(share));
        Assert.Null(OutcomeSnapshot.Empty.Percentile(share));
    }
}
