using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Schedules;
using ControlPlane.Durable.Protocol;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>What a group costs that nobody asks anything of.</summary>
public sealed class CalmDayTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly WatchInput Start = new("w", QuietSite.Tag);

    [Theory]
    [InlineData("JobNumAwareAllocate")]
    [InlineData("SloSlack")]
    [InlineData("Predictive")]
    [InlineData("Threshold")]
    [InlineData("TargetTracking")]
    public async Task Watch_CalmDay_CostsAtMost300TurnsAndFewWrites(string strategy)
    {
        await using var site = await QuietSite.StartAsync(strategy: strategy);
        await site.Watch.StartAsync(Start);
        await site.Watch.PlayUntilAsync(site.Time.GetUtcNow() + TimeSpan.FromHours(1));
        var (turns, looks) = (site.Watch.Turns, site.Watch.Looks.Count);
        site.Store.Clear();

        await site.Watch.PlayUntilAsync(site.Time.GetUtcNow() + Day);

        Assert.InRange(site.Watch.Turns - turns, 150, 300);
        Assert.InRange(site.Watch.Looks.Count - looks, 90, 110);
        Assert.InRange(site.Store.Reads, 0, 900);
        // Forecasts are learned from every quarter of an hour.
        Assert.InRange(site.Store.Writes, 1, strategy == "Predictive" ? 110 : 2);
        Assert.Null(site.Watch.End);
    }

    [Fact]
    public async Task Watch_FirstDay_CostsAtMost300TurnsToo()
    {
        await using var site = await QuietSite.StartAsync();

        await site.Watch.StartAsync(Start);
        await site.Watch.PlayUntilAsync(site.Time.GetUtcNow() + Day);

        Assert.InRange(site.Watch.Turns, 150, 300);
        Assert.InRange(await site.CountDecisionsAsync(), 1, 10);
    }

    [Fact]
    public async Task Watch_LongestPauseIsZero_LooksEveryPeriodAndStoresEachDecision()
    {
        await using var site = await QuietSite.StartAsync(set: options => options with { LongestPause = TimeSpan.Zero });

        await site.Watch.StartAsync(Start);
        await site.Watch.PlayUntilAsync(site.Time.GetUtcNow() + TimeSpan.FromMinutes(10));

        Assert.Equal(121, site.Watch.Looks.Count);
        Assert.Equal(121, await site.CountDecisionsAsync());
    }

    [Fact]
    public async Task Watch_ScheduleBegins_IsLookedAtThen()
    {
        var schedule = new Schedule { Name = "night", Begins = CronExpression.Parse("7 3 * * *").Value!, Length = TimeSpan.FromMinutes(101), Min = 2 };
        await using var site = await QuietSite.StartAsync(new ScalingPolicy { Schedules = [schedule] });
        var midnight = site.Time.GetUtcNow();

        await site.Watch.StartAsync(Start);
        await site.Watch.PlayUntilAsync(midnight + Day);

        Assert.Contains(midnight.AddMinutes((3 * 60) + 7), site.Watch.Looks.Select(look => look.At));
        Assert.Contains(midnight.AddMinutes((3 * 60) + 7 + 101), site.Watch.Looks.Select(look => look.At));
    }

    [Fact]
    public async Task Watch_Woken_LooksAtOnceAndThenEveryPeriodAgain()
    {
        await using var site = await QuietSite.StartAsync();
        await site.Watch.StartAsync(Start);
        await site.Watch.PlayUntilAsync(site.Time.GetUtcNow() + TimeSpan.FromMinutes(61));
        var (woken, looks) = (site.Time.GetUtcNow(), site.Watch.Looks.Count);
        for (var number = 0; number < 10; number++)
            site.Backend(number).TryAcquire(0, out _);

        await site.Watch.WakeAsync();
        await site.Watch.PlayUntilAsync(woken + TimeSpan.FromSeconds(20));

        Assert.Equal([0, 5, 10, 15, 20], site.Watch.Looks.Skip(looks).Select(look => (look.At - woken).TotalSeconds));
        var (state, _) = await site.Groups.ReadStateAsync(QuietSite.Tag, CancellationToken.None);
        Assert.Equal("IBBBBB", state.Samples);
    }

    /// <summary>A decision that was not stored has done nothing, so that the look may be taken again; one that was stored is not made again.</summary>
    [Fact]
    public async Task Evaluate_CalledAgainAfterACrash_StoresNothingTwice()
    {
        await using var site = await QuietSite.StartAsync();
        await site.Watch.StartAsync(Start);
        await site.Watch.PlayUntilAsync(site.Time.GetUtcNow() + TimeSpan.FromHours(2));
        var (_, input, result) = site.Watch.Looks[^1];
        var stored = await site.CountDecisionsAsync();
        var evaluate = site.Get<EvaluateGroup>();

        var unchanged = await evaluate.RunAsync(input, CancellationToken.None);
        site.Backend(0).TryAcquire(0, out _);
        var changed = await evaluate.RunAsync(input, CancellationToken.None);
        site.Backend(1).TryAcquire(0, out _);
        var again = await evaluate.RunAsync(input, CancellationToken.None);

        Assert.Equal(result.Sequence, unchanged.Sequence);
        Assert.Equal((result.Sequence + 1, result.Sequence + 1), (changed.Sequence, again.Sequence));
        Assert.Equal(stored + 1, await site.CountDecisionsAsync());
    }

    [Fact]
    public async Task Watch_Calm_TheLastStoredDecisionAndTheLastLookAreBothToldOf()
    {
        await using var site = await QuietSite.StartAsync();
        await site.Watch.StartAsync(Start);
        await site.Watch.PlayUntilAsync(site.Time.GetUtcNow() + TimeSpan.FromHours(3));

        var look = site.Get<LastLooks>().Find(QuietSite.Tag)!;

        Assert.True(look.IsAsleep);
        Assert.InRange(look.At, site.Time.GetUtcNow() - Calm.LongestPause, site.Time.GetUtcNow());
        Assert.Equal(look.Decision.Id, (await site.DecisionsAsync())[0].Id);
        Assert.True(look.Decision.At < look.At);
    }

    /// <summary>One look in a generation, and a result without the newer fields: what the version before this one has left.</summary>
    [Fact]
    public async Task Watch_HistoryOfTheVersionBefore_GoesOn()
    {
        await using var site = await QuietSite.StartAsync();
        var now = site.Time.GetUtcNow();
        HistoryEvent[] past =
        [
            new() { EventId = -1, Timestamp = now.AddSeconds(-5).ToTimestamp(), OrchestratorStarted = new() },
            PlayedWatch.Started("""{"monitor":"w","tag":"quiet","look":1}"""),
            new() { EventId = 0, TaskScheduled = new() { Name = Names.EvaluateGroup } },
            new() { EventId = -1, Timestamp = now.AddSeconds(-5).ToTimestamp(), OrchestratorStarted = new() },
            new() { EventId = -1, TaskCompleted = new() { TaskScheduledId = 0, Result = """{"sequence":0,"pause":"00:00:05","isOver":false}""" } },
            new() { EventId = 1, TimerCreated = new() { FireAt = now.ToTimestamp() } },
        ];

        await site.Watch.ResumeAsync(past, timerId: 1);

        Assert.Null(site.Watch.End);
        Assert.Single(site.Watch.Looks);
    }
}
