using ControlPlane.Core.Backends;
using ControlPlane.Core.Routing;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>What wakes a group that sleeps, and how often.</summary>
public sealed class GroupAlarmsTests
{
    [Fact]
    public async Task Raise_NothingHappens_Never()
    {
        await using var site = await AsleepAsync();

        Assert.False(Raises(site));
        Assert.False(Raises(site));
    }

    [Fact]
    public async Task Raise_JobsWait_AtOnceAndAgainOnlyAfterAMinuteUnlessItWasLookedAt()
    {
        await using var site = await AsleepAsync();
        using var leaves = new CancellationTokenSource();
        Busy(site, 10);
        var waiting = site.Get<Dispatcher>().AcquireAsync(new(QuietSite.Tag, PickStrategy.JobNumAware), leaves.Token).AsTask();

        Assert.True(Raises(site));
        site.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(Raises(site));
        site.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Raises(site));

        site.Time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync(site, isAsleep: true);
        Assert.False(Raises(site));
        site.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.True(Raises(site));

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Raise_NoInstanceAndARequest_AtOnce()
    {
        await using var site = await AsleepAsync();
        foreach (var number in Enumerable.Range(0, 10))
            await site.Get<Registry<Backend>>().RemoveAsync($"b{number}");
        await site.Get<RegistryFeed>().RefreshAsync();
        await LookAsync(site, isAsleep: true);
        using var leaves = new CancellationTokenSource();
        var waiting = site.Get<Dispatcher>().AcquireAsync(new(QuietSite.Tag, PickStrategy.JobNumAware), leaves.Token).AsTask();

        Assert.True(Raises(site));

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Raise_HalfOfWhatWasFreeIsTaken_WhenSeenTwice()
    {
        await using var site = await AsleepAsync();
        Busy(site, 5);

        Assert.False(Raises(site));
        Assert.True(Raises(site));
    }

    [Fact]
    public async Task Raise_BusyForAMoment_Never()
    {
        await using var site = await AsleepAsync();
        var places = Busy(site, 10);
        Assert.False(Raises(site));
        foreach (var place in places)
            site.Get<Dispatcher>().Release(place, hasRun: true);

        Assert.False(Raises(site));
        Busy(site, 10);
        Assert.False(Raises(site));
    }

    [Fact]
    public async Task Raise_BackendTakesNoMoreWork_AtOnce()
    {
        await using var site = await AsleepAsync();
        site.Backend(3).Suspect("its port is closed");

        Assert.True(Raises(site));
    }

    [Fact]
    public async Task Raise_GroupIsAwake_Never()
    {
        await using var site = await AsleepAsync();
        await LookAsync(site, isAsleep: false);
        Busy(site, 10);

        Assert.False(Raises(site));
        Assert.False(Raises(site));
    }

    /// <summary>Another process looks at the group: it may be awake, so that it is told once when it gets busy and then once a minute.</summary>
    [Fact]
    public async Task Raise_LooksAreTakenElsewhere_OnceAMinute()
    {
        await using var site = await AsleepAsync();
        site.Get<LastLooks>().Forget(QuietSite.Tag);
        Busy(site, 10);
        var raised = 0;

        for (var second = 0; second < 120; second++)
        {
            raised += Raises(site) ? 1 : 0;
            site.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, raised);
    }

    /// <summary>After a restart, or where another process looks.</summary>
    [Fact]
    public async Task Raise_NoLookIsKnownAndABackendTakesNoMoreWork_AtOnceAndOnce()
    {
        await using var site = await AsleepAsync();
        site.Get<LastLooks>().Forget(QuietSite.Tag);
        Assert.False(Raises(site));
        site.Backend(3).Suspect("its port is closed");

        Assert.True(Raises(site));
        site.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(Raises(site));
    }

    [Fact]
    public async Task Raise_NoLookIsKnownAndFewerThanTheMinimum_WhenSeenTwiceAndThenOnceAMinute()
    {
        await using var site = await AsleepAsync();
        site.Get<LastLooks>().Forget(QuietSite.Tag);
        foreach (var number in Enumerable.Range(0, 10))
            site.Backend(number).Suspect("its port is closed");

        Assert.False(Raises(site));
        Assert.True(Raises(site));
        site.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(Raises(site));
        site.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Raises(site));
    }

    [Fact]
    public async Task Raise_MonitorIsNotTheOneThatWasLookedAtFor_WhenSeenTwice()
    {
        await using var site = await AsleepAsync();
        await ChangeAsync(site, monitor => monitor with { Policy = new() { FallbackCount = 3 } });

        Assert.False(Raises(site));
        Assert.True(Raises(site));

        site.Time.Advance(TimeSpan.FromSeconds(6));
        await LookAsync(site, isAsleep: true);
        Assert.False(Raises(site));
        Assert.False(Raises(site));
    }

    [Fact]
    public async Task Raise_MonitorIsBeingRemovedSinceTheLook_WhenSeenTwice()
    {
        await using var site = await AsleepAsync();
        await ChangeAsync(site, monitor => monitor with { IsRemoving = true });

        Assert.False(Raises(site));
        Assert.True(Raises(site));
    }

    [Fact]
    public async Task Raise_CalmGroupOfALongPeriodAndJobsWait_AtOnceAndAgainAfterAFewSeconds()
    {
        await using var site = await QuietSite.StartAsync();
        await ChangeAsync(site, monitor => monitor with { Period = TimeSpan.FromHours(1) });
        await site.Watch.StartAsync(new WatchInput("w", QuietSite.Tag));
        await site.Watch.PlayUntilAsync(site.Time.GetUtcNow() + TimeSpan.FromHours(10));
        Assert.Equal(TimeSpan.FromHours(1), site.Get<LastLooks>().Find(QuietSite.Tag)!.Pause);
        using var leaves = new CancellationTokenSource();
        Busy(site, 10);
        var waiting = site.Get<Dispatcher>().AcquireAsync(new(QuietSite.Tag, PickStrategy.JobNumAware), leaves.Token).AsTask();

        Assert.True(Raises(site));
        site.Time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync(site, isAsleep: true);
        site.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(Raises(site));
        site.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Raises(site));

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public async Task Raise_BusyGroupOfALongPeriodAndJobsWait_WhenTheQueueBeginsAndOnlyIfItMayGrow(int max, bool isRaised)
    {
        await using var site = await QuietSite.StartAsync();
        await ChangeAsync(site, monitor => monitor with { Period = TimeSpan.FromHours(1), Max = max });
        Busy(site, 10);
        await site.Get<EvaluateGroup>().RunAsync(new WatchInput("w", QuietSite.Tag), CancellationToken.None);
        Assert.False(site.Get<LastLooks>().Find(QuietSite.Tag)!.IsAsleep);
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Raises(site));
        using var leaves = new CancellationTokenSource();
        var waiting = site.Get<Dispatcher>().AcquireAsync(new(QuietSite.Tag, PickStrategy.JobNumAware), leaves.Token).AsTask();

        Assert.Equal(isRaised, Raises(site));

        site.Time.Advance(TimeSpan.FromSeconds(1));
        await site.Get<EvaluateGroup>().RunAsync(new WatchInput("w", QuietSite.Tag), CancellationToken.None);
        site.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(Raises(site));

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static async Task ChangeAsync(QuietSite site, Func<Monitor, Monitor> change)
    {
        Assert.Null((await site.Get<Registry<Monitor>>().ChangeAsync("w", null, monitor => change(monitor))).Problem);
        await site.Get<RegistryFeed>().RefreshAsync();
    }

    private static async Task<QuietSite> AsleepAsync()
    {
        var site = await QuietSite.StartAsync();
        await LookAsync(site, isAsleep: true);
        site.Time.Advance(TimeSpan.FromSeconds(1));
        return site;
    }

    /// <summary>A look has just been taken, and the next is due in a quarter of an hour or in a period.</summary>
    private static async Task LookAsync(QuietSite site, bool isAsleep)
    {
        await site.Get<EvaluateGroup>().RunAsync(new WatchInput("w", QuietSite.Tag), CancellationToken.None);
        var look = site.Get<LastLooks>().Find(QuietSite.Tag)!;
        site.Get<LastLooks>().Remember(QuietSite.Tag, look with { IsAsleep = isAsleep, Pause = isAsleep ? Calm.LongestPause : TimeSpan.FromSeconds(5) });
    }

    private static bool Raises(QuietSite site) => site.Get<GroupAlarms>().Raise(site.Time.GetUtcNow()).Count == 1;

    private static List<Place> Busy(QuietSite site, int backends) => [.. Enumerable.Range(0, backends).Select(number => Take(site.Backend(number)))];

    private static Place Take(Destination destination)
    {
        Assert.True(destination.TryAcquire(0, out var place));
        return place;
    }
}
