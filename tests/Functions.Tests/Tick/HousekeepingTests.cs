using ControlPlane.Core.Scaling;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Groups;
using ControlPlane.Functions.Tick;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Tick;

/// <summary>What becomes of old decisions.</summary>
public sealed class HousekeepingTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Run_WholeDay_ForgetsWhatIsOlderThanAWeekAndNothingElse()
    {
        await using var site = await QuietSite.StartAsync();
        await DecideDailyAsync(site, days: 20);

        for (var hour = 0; hour < 24; hour++)
        {
            await site.Get<Housekeeping>().RunAsync(CancellationToken.None);
            site.Time.Advance(TimeSpan.FromHours(1));
        }

        var kept = await site.DecisionsAsync();
        Assert.Equal([20, 19, 18, 17, 16, 15, 14], kept.Select(decision => decision.Sequence).Take(7));
        Assert.InRange(kept.Count, 7, 8);
    }

    [Fact]
    public async Task Run_MonitorWasRemoved_KeepsAWeekAndThenNothing()
    {
        await using var site = await QuietSite.StartAsync();
        await DecideDailyAsync(site, days: 150);
        await site.Groups.Demands.PutAsync(QuietSite.Tag, new(Demand.ByHand, 1, false, site.Time.GetUtcNow(), site.Time.GetUtcNow() + Day, "a test"), CancellationToken.None);
        await site.Get<Registry<Monitor>>().RemoveAsync("w");

        await KeepHouseAsync(site, days: 6);
        var afterSixDays = await CountRowsAsync(site);
        await KeepHouseAsync(site, days: 3);

        Assert.Equal(152, afterSixDays);
        Assert.Equal(0, await CountRowsAsync(site));
    }

    [Fact]
    public async Task Run_MonitorIsThere_KeepsItsStateHoweverOld()
    {
        await using var site = await QuietSite.StartAsync();
        await DecideDailyAsync(site, days: 2);

        await KeepHouseAsync(site, days: 30);

        Assert.Equal(2, (await site.Groups.ReadStateAsync(QuietSite.Tag, CancellationToken.None)).State.Sequence);
    }

    [Fact]
    public async Task Run_RemovedMonitorHasAnInstance_KeepsAll()
    {
        await using var site = await QuietSite.StartAsync();
        await DecideDailyAsync(site, days: 2);
        await site.Store.CommitAsync(GroupStore.Table, QuietSite.Tag, [new EntityChange.Add(GroupStore.InstancePrefix + "quiet-1", "{}")], CancellationToken.None);
        await site.Get<Registry<Monitor>>().RemoveAsync("w");

        await KeepHouseAsync(site, days: 10);

        Assert.Equal(4, await CountRowsAsync(site));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(150)]
    public async Task ForgetDecisions_AllAreOld_KeepsTheNewest(int count)
    {
        await using var site = await QuietSite.StartAsync();
        await DecideDailyAsync(site, count);

        await site.Groups.ForgetDecisionsAsync(QuietSite.Tag, site.Time.GetUtcNow() + Day, CancellationToken.None);

        var kept = await site.DecisionsAsync();
        Assert.Equal([count], kept.Select(decision => decision.Sequence));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public async Task ForgetDecisions_SomeAreOld_DeletesExactlyThose(int old)
    {
        await using var site = await QuietSite.StartAsync();
        var began = site.Time.GetUtcNow();
        await DecideDailyAsync(site, 31);

        await site.Groups.ForgetDecisionsAsync(QuietSite.Tag, began + (old * Day) + (Day / 2), CancellationToken.None);

        Assert.Equal(31 - old, await site.CountDecisionsAsync());
    }

    private static async Task KeepHouseAsync(QuietSite site, int days)
    {
        for (var hour = 0; hour < 24 * days; hour++)
        {
            site.Time.Advance(TimeSpan.FromHours(1));
            await site.Get<Housekeeping>().RunAsync(CancellationToken.None);
        }
    }

    private static async Task<int> CountRowsAsync(QuietSite site) =>
        await site.Store.ReadAllAsync(GroupStore.Table, new EntityQuery(QuietSite.Tag), CancellationToken.None).CountAsync();

    /// <summary>One decision each day from the second on: the same one again, yet the last is a day old.</summary>
    private static async Task DecideDailyAsync(QuietSite site, int days)
    {
        for (var day = 0; day < days; day++)
        {
            site.Time.Advance(Day);
            await site.Get<EvaluateGroup>().RunAsync(new WatchInput("w", QuietSite.Tag), CancellationToken.None);
        }
    }
}
