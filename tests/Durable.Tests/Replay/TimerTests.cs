using static ControlPlane.Durable.Tests.Replay.History;

namespace ControlPlane.Durable.Tests.Replay;

public sealed class TimerTests
{
    private static readonly Sample Week = Sample.Of(async context =>
    {
        await context.CreateTimer(TimeSpan.FromDays(7));
        return "rested";
    });

    [Fact]
    public void Execute_LongTimer_IsSplitOverThreeDays()
    {
        var first = Week.First();
        var second = Week.First(TimerCreated(0), TimerFired(0));
        var third = Week.First(TimerCreated(0), TimerFired(0), TimerCreated(1), TimerFired(1));
        var last = Week.First(TimerCreated(0), TimerFired(0), TimerCreated(1), TimerFired(1), TimerCreated(2), TimerFired(2));

        Assert.Equal(Start.AddDays(3), first.Actions[0].CreateTimer.FireAt.ToDateTimeOffset());
        Assert.Equal(Start.AddDays(6), second.Actions[0].CreateTimer.FireAt.ToDateTimeOffset());
        Assert.Equal(Start.AddDays(7), third.Actions[0].CreateTimer.FireAt.ToDateTimeOffset());
        Assert.Equal("\"rested\"", last.Output());
    }

    [Fact]
    public void Execute_TimeInThePast_StillAsksForATimer()
    {
        var sample = Sample.Of(context => context.CreateTimer(Start.AddDays(-1)));

        Assert.Equal("0:timer", sample.First().Actions());
    }

    [Fact]
    public void Execute_InnerTimersOfTheBackend_AreIgnored()
    {
        var response = Week.First(TimerCreated(0), TimerCreated(-100), TimerFired(-100));

        Assert.Equal("", response.Actions());
    }

    [Fact]
    public void Execute_CancelledTimer_KeepsItsIdAndItsFiringIsIgnored()
    {
        var sample = Sample.Of(async context =>
        {
            using var giveUp = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), giveUp.Token);
            giveUp.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => timer);
            return await context.CallActivity<string>("Buy");
        });

        var response = sample.First(TimerCreated(0), Scheduled(1, "Buy"), TimerFired(0), Completed(1, "\"a\""));

        Assert.Equal("\"a\"", response.Output());
    }

    [Fact]
    public void Execute_Delay_CountsFromTheTurnsTime()
    {
        var sample = Sample.Of(async context =>
        {
            await context.CallActivity("Buy");
            await context.CreateTimer(TimeSpan.FromSeconds(30));
        });

        var response = sample.Run([TurnStarted(), Started(), Scheduled(0, "Buy")], [TurnStarted(10), Completed(0)]);

        Assert.Equal(Start.AddSeconds(40), response.Actions[0].CreateTimer.FireAt.ToDateTimeOffset());
    }
}
