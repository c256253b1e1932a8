using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Schedules;
using ControlPlane.Core.Scaling.Strategies;
using FsCheck;
using FsCheck.Fluent;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>When a group may be left alone, and for how long.</summary>
public sealed class CalmTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1, 5, "serving")]
    [InlineData(2, 5, "serving,serving 1")]
    [InlineData(0, 5, "")]
    [InlineData(1, 5, "hand,hand,hand")]
    [InlineData(1, 5, "serving,hand-unhealthy")]
    [InlineData(1, 5, "hand,hand-joining")]
    public void IsCalm_NothingIsAskedThatItCannotBear_Yes(int min, int max, string members) => Assert.True(IsCalm(Of(min, max, Split(members)).Seen("III")));

    [Theory]
    [InlineData(1, 5, "serving 1")]
    [InlineData(2, 5, "serving 3,serving 2")]
    [InlineData(2, 5, "serving 4,serving 4,serving")]
    [InlineData(1, 5, "serving,starting")]
    [InlineData(1, 5, "serving,draining")]
    [InlineData(1, 5, "serving,unhealthy")]
    [InlineData(1, 5, "serving,broken")]
    [InlineData(2, 5, "serving")]
    [InlineData(1, 5, "serving,serving")]
    public void IsCalm_BusyOrOnItsWay_No(int min, int max, string members) => Assert.False(IsCalm(Of(min, max, Split(members)).Seen("III")));

    [Fact]
    public void IsCalm_JobsWait_No() => Assert.False(IsCalm(Of(1, 1, "serving").Queued(1)));

    [Fact]
    public void IsCalm_StartsFail_No() => Assert.False(IsCalm(Of(1, 5, "serving").Failed(1, Period)));

    [Fact]
    public void IsCalm_BeingRemoved_No() => Assert.False(IsCalm(Of(0, 5).Removing()));

    [Fact]
    public void IsCalm_PressureIncomplete_No() =>
        Assert.False(IsCalm(Idle(new()) with { Pressure = Idle(new()).Pressure with { Missing = ["a router"] } }));

    [Theory]
    [InlineData(SignalKind.JobsPerInstance, true)]
    [InlineData(SignalKind.QueueWait, true)]
    [InlineData(SignalKind.Cpu, false)]
    [InlineData(SignalKind.PromQl, false)]
    [InlineData(SignalKind.HttpJson, false)]
    public void IsCalm_Signal_OnlyWhenItComesFromTheGroupItself(SignalKind kind, bool isCalm) =>
        Assert.Equal(isCalm, IsCalm(Idle(new() { Signals = [new() { Name = "s", Kind = kind, Target = 4 }] })));

    [Theory]
    [InlineData(false, "serving", true)]
    [InlineData(true, "serving", false)]
    [InlineData(null, "serving", false)]
    [InlineData(true, "serving 1,serving", true)]
    [InlineData(null, "serving 1,serving", true)]
    public void IsCalm_Blocker_OnlyWhileItHoldsNothingBack(bool? isTrue, string members, bool isCalm)
    {
        var group = Of(1, 5, Split(members)).Seen(members == "serving" ? "III" : "B");
        group = group with
        {
            Monitor = group.Monitor with { Policy = new() { Blockers = [new() { Name = "b", Query = "up" }] } },
            BlockerReadings = isTrue is null ? [] : [new("b", isTrue, Now)],
        };

        Assert.Equal(isCalm, IsCalm(group));
    }

    [Fact]
    public void Pause_CalmLookAfterCalmLook_DoublesUpToTheLongest()
    {
        var decision = Of(1, 5, "serving").Seen("III").Decide().Decision;
        var pauses = new List<double>();
        TimeSpan? before = null;

        for (var look = 0; look < 10; look++)
            pauses.Add((before = Calm.Pause(decision, Period, before, Calm.LongestPause)).Value.TotalSeconds);

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 900, 900], pauses);
    }

    [Fact]
    public void Pause_LongPeriodOfTheUsersOwn_IsKept()
    {
        var decision = Of(1, 5, "serving").Seen("III").Decide().Decision;

        Assert.Equal(TimeSpan.FromHours(1), Calm.Pause(decision, TimeSpan.FromHours(1), Calm.LongestPause, Calm.LongestPause));
    }

    /// <summary>Nobody wakes a group because it has less to do, and until the next look it is paid for.</summary>
    [Fact]
    public void Pause_MoreThanTheMinimum_IsNotLong()
    {
        var decision = Of(1, 5, "serving 1", "serving").Seen("B").Decide().Decision;

        Assert.Equal((2, ScalingAction.None), (decision.Desired, decision.Action));
        Assert.Equal(Calm.LongestPauseAboveMin, Calm.Pause(decision, Period, TimeSpan.FromMinutes(10), Calm.LongestPause));
    }

    [Theory]
    [InlineData("serving,serving", 4)]
    [InlineData("serving 2,serving", 5)]
    [InlineData("", 1)]
    public void WakesAt_HalfOfWhatWasFree(string members, int jobs) => Assert.Equal(jobs, Calm.WakesAt(Of(0, 5, Split(members))));

    [Fact]
    public void WakesAt_SignalAsksForMoreSooner_SoonerThanThat() =>
        Assert.Equal(1, Calm.WakesAt(Idle(new() { Signals = [new() { Name = "s", Kind = SignalKind.JobsPerInstance, Target = 1 }] })));

    [Fact]
    public void NextChange_TakesTheFirstOfAll()
    {
        var until = Now.AddMinutes(9);
        var schedule = new Schedule { Name = "s", Begins = CronExpression.Parse("7 12 * * *").Value!, Length = TimeSpan.FromHours(1), Min = 2 };
        var group = Idle(new() { Schedules = [schedule], Pause = new(until, "me", "work") });
        group = group with { Demands = [new("scale", 1, false, Now, Now.AddMinutes(8), "me")] };

        Assert.Equal(Now.AddMinutes(7), Next(group, 15));
        Assert.Equal(Now.AddMinutes(8), Next(group with { Monitor = group.Monitor with { Policy = group.Policy with { Schedules = [] } } }, 15));
        Assert.Null(Next(group, 5));
    }

    [Fact]
    public void NextChange_Forecast_IsLookedAtOnceAQuarter()
    {
        var group = Idle(new());

        var next = new Predictive().NextChange(group)!.Value;

        Assert.InRange(next - Now, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(15));
        Assert.Equal(next.AddMinutes(15), new Predictive().NextChange(group with { Now = next }));
    }

    /// <summary>What a group slept through, it would have slept through: a look in between would have done nothing.</summary>
    [Fact]
    public void IsCalm_AnyGroup_DecidesTheSameAfterASleep() => Prop.ForAll(GroupGenerator.View.ToArbitrary(), view =>
    {
        var (first, remembered) = view.Decide();
        var again = view with { State = remembered };
        var (second, next) = again.Decide();
        if (!Unchanged.IsOutcome(first, second) || !Calm.IsCalm(again, second))
            return;

        var later = again with { State = next, Now = again.Now.AddHours(1), Pressure = again.Pressure with { At = again.Now.AddHours(1) } };
        var third = later.Decide().Decision;

        Assert.True(Unchanged.IsOutcome(second, third), $"{second.Reason} / {third.Reason}");
        Assert.True(Unchanged.IsMemory(later.State, later.Decide().State));
    }).QuickCheckThrowOnFailure();

    private static bool IsCalm(GroupView group) => Calm.IsCalm(group, group.Decide().Decision);

    private static DateTimeOffset? Next(GroupView group, int minutes) =>
        Calm.NextChange(group, group.Decide().Decision, new JobNumAwareAllocate(), TimeSpan.FromMinutes(minutes));

    private static GroupView Idle(ScalingPolicy policy)
    {
        var group = Of(1, 5, "serving").Seen("III");
        return group with { Monitor = group.Monitor with { Policy = policy } };
    }

    private static string[] Split(string members) => members.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
