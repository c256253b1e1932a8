using ControlPlane.Core.Scaling;
using ControlPlane.Core.Tests.Scaling.Policies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class PlannerTests
{
    [Theory]
    [InlineData(90, 0, 40)]
    [InlineData(90, 10, 40)]
    [InlineData(2, 50, 40)]
    [InlineData(30, 0, 30)]
    public void Decide_ManyMustLeave_NamesNoMoreThanOneTransactionHolds(int sound, int broken, int leaving)
    {
        var members = Enumerable.Repeat("serving", sound).Concat(Enumerable.Repeat("broken", broken)).ToArray();

        var (decision, _) = Of(0, 200, members).Wanting(0);

        Assert.Equal(leaving, decision.Retire.Count);
        Assert.Equal(Math.Max(0, leaving - broken), decision.Current - decision.Desired);
        Assert.Equal(decision.Desired > 0, decision.Clamps.Any(clamp => clamp.Name == Room.Batch));
    }

    [Fact]
    public void Decide_NothingYet_StartsTheMinimum()
    {
        var (decision, next) = Of(2, 5).Decide();

        Assert.Equal(ScalingAction.Grow, decision.Action);
        Assert.Equal(["demo-100", "demo-101"], decision.Start);
        Assert.Equal([new Clamp("min", 0, 2, "the minimum is 2")], decision.Clamps);
        Assert.Equal("0 -> 2, start demo-100, demo-101: 1 of 3 looks taken. Not 0 but 2: the minimum is 2.", decision.Reason);
        Assert.Equal(2, next.Target);
        Assert.Equal(102, next.NextInstance);
    }

    [Fact]
    public void Decide_MinimumZeroAndNoJobs_StaysAtZero()
    {
        var (decision, _) = Of(0, 5).Decide();

        Assert.Equal(ScalingAction.None, decision.Action);
        Assert.Empty(decision.Start);
    }

    [Fact]
    public void Decide_MinimumZeroAndAJobWaits_StartsOne()
    {
        var (decision, _) = Of(0, 5).Queued(3).Decide();

        Assert.Equal(("wake", 1), (decision.Rule, decision.Start.Count));
        Assert.StartsWith("0 -> 1, start demo-100: 3 jobs wait and there is no instance.", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_NothingToDo_IsExplainedToo()
    {
        var (decision, next) = Of(1, 3, "serving 1").Seen("-").Decide();

        Assert.Equal((ScalingAction.None, 1, 1), (decision.Action, decision.Proposed, decision.Desired));
        Assert.Empty(decision.Clamps);
        Assert.Equal("Stay at 1: 2 of 3 looks taken.", decision.Reason);
        Assert.Equal("-B", next.Samples);
    }

    [Fact]
    public void Decide_AfterAChange_ForgetsTheSamples() =>
        Assert.Equal("", Of(1, 3, "serving 1").Seen("BB").Decide().State.Samples);

    [Fact]
    public void Decide_BusyAtTheMaximum_StaysAndSaysWhy()
    {
        var (decision, next) = Of(1, 2, "serving 1", "serving 1").Seen("BB").Decide();

        Assert.Equal(ScalingAction.None, decision.Action);
        Assert.Equal([new Clamp("max", 3, 2, "the maximum is 2")], decision.Clamps);
        Assert.Equal(2, next.Target);
    }

    [Fact]
    public void Decide_LeavingOnesTakeRoom_StartsOnlyWhatFitsUnderTheMaximum()
    {
        var (decision, _) = Of(1, 3, "serving 1", "leaving", "leaving").Seen("BB").Decide();

        Assert.Empty(decision.Start);
        Assert.Equal([new Clamp("leaving", 2, 1, "instances that are still leaving count towards the maximum")], decision.Clamps);
    }

    [Fact]
    public void Decide_NoSlots_StaysAndSaysWhy()
    {
        var (decision, _) = Of(3, 3, "serving").Slots(1).Decide();

        Assert.Equal(["demo-100"], decision.Start);
        Assert.Equal(new Clamp("slots", 3, 2, "the pool has no more free slots"), Assert.Single(decision.Clamps, clamp => clamp.Name == "slots"));
    }

    [Fact]
    public void Decide_StartFailedJustNow_WaitsAndSaysWhyAndHowLong()
    {
        var (decision, _) = Of(2, 3).Failed(3, TimeSpan.FromSeconds(4)).Decide();

        Assert.Empty(decision.Start);
        Assert.Equal(
            new Clamp("backoff", 2, 0, "the last start failed (the port is taken); 3 in a row, trying again in 4 s"),
            decision.Clamps[^1]);
    }

    [Fact]
    public void Decide_TimeToTryAgainHasCome_Starts() => Assert.Equal(2, Of(2, 3).Failed(3, TimeSpan.Zero).Decide().Decision.Start.Count);

    /// <summary>What could not be started while starts fail is asked for again when it is needed; it does not pile up.</summary>
    [Fact]
    public void Decide_BusyThroughALongBackoff_GrowsByOneAfterIt()
    {
        var view = Of(1, 10, "serving 1").Seen("BBB").Failed(9, TimeSpan.FromMinutes(5));
        for (var look = 0; look < 20; look++)
            view = view with { State = view.Decide().State };

        var (decision, _) = (view with { Now = view.Now.AddMinutes(6) }).Decide();

        Assert.Equal(("busy", 2), (decision.Rule, decision.Desired));
        Assert.Single(decision.Start);
    }

    [Fact]
    public void Decide_InstanceThatBreaksDuringABackoff_IsMadeAgainAfterIt()
    {
        var view = Of(1, 3, "serving 1", "broken").Target(2).Failed(1, TimeSpan.FromSeconds(1));

        var (_, remembered) = view.Decide();
        var later = Of(1, 3, "serving 1") with { State = remembered, Now = view.Now.AddSeconds(2) };

        Assert.Single(later.Decide().Decision.Start);
    }

    [Fact]
    public void Decide_DrainingInstances_ComeBackBeforeNewOnesAreStarted()
    {
        var (decision, _) = Of(4, 5, "serving", "draining 1", "draining 1").Decide();

        Assert.Equal(["demo-3", "demo-2"], decision.Reclaim);
        Assert.Equal(["demo-100"], decision.Start);
        Assert.StartsWith("1 -> 4, call back demo-3, demo-2 and start demo-100", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_DrainingInstanceDuringABackoff_StillComesBack() =>
        Assert.Equal(["demo-2"], Of(2, 3, "serving", "draining").Failed(1, TimeSpan.FromSeconds(1)).Decide().Decision.Reclaim);

    [Fact]
    public void Decide_BrokenInstance_IsReplacedAndTheReasonSaysWhatIsWrong()
    {
        var (decision, _) = Of(2, 3, "serving 1", "broken").Target(2).Decide();

        Assert.Equal((ScalingAction.Grow, "demo-2"), (decision.Action, Assert.Single(decision.Retire)));
        Assert.Single(decision.Start);
        Assert.EndsWith("demo-2 is replaced: its process has ended.", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_BrokenInstanceAtTheMaximum_LeavesFirstAndIsMadeAgainLater()
    {
        var (decision, next) = Of(1, 2, "serving 1", "broken").Target(2).Decide();
        var later = Of(1, 2, "serving 1") with { State = next };

        Assert.Equal((ScalingAction.Replace, 0), (decision.Action, decision.Start.Count));
        Assert.Equal("leaving", Assert.Single(decision.Clamps).Name);
        Assert.Single(later.Decide().Decision.Start);
    }

    /// <summary>A hung instance that drains would come back as Ready, be found broken again, and so on for ever.</summary>
    [Fact]
    public void Decide_BrokenInstanceThatDrains_IsNotCalledBack() =>
        Assert.Empty(Of(2, 2, "serving 1", "doomed 1").Target(2).Decide().Decision.Reclaim);

    [Fact]
    public void Decide_DrainingOneCouldNotComeBack_OrdersANewOne()
    {
        var (decision, _) = Of(2, 3, "serving 1", "refused 1").Target(2).Decide();

        Assert.Empty(decision.Reclaim);
        Assert.Single(decision.Start);
    }

    [Fact]
    public void Decide_MaximumLowered_RetiresTheLeastBusyThenTheOldest()
    {
        var (decision, next) = Of(1, 2, "serving 2", "serving", "serving 1", "serving").Decide();

        Assert.Equal(ScalingAction.Shrink, decision.Action);
        Assert.Equal(["demo-2", "demo-4"], decision.Retire);
        Assert.Equal([new Clamp("max", 4, 2, "the maximum is 2")], decision.Clamps);
        Assert.Equal(2, next.Target);
    }

    [Theory]
    [InlineData("serving", "unhealthy")]
    [InlineData("serving", "unhealthy 2")]
    public void Decide_OneDoesNotServe_LeavesBeforeTheIdleOneThatDoes(params string[] members) =>
        Assert.Equal(["demo-2"], Of(1, 3, members).Seen("II").Decide().Decision.Retire);

    [Fact]
    public void Decide_HandAddedBackends_AreCountedAndNeverStopped()
    {
        var (decision, _) = Of(1, 2, "hand", "hand", "hand", "serving 3").Decide();

        Assert.Equal(["demo-4"], decision.Retire);
        Assert.Equal(
            new Clamp("stoppable", 2, 3, "the others are starting, or were added by hand and are never stopped"),
            decision.Clamps[^1]);
    }

    [Fact]
    public void Decide_UnhealthyHandAddedBackend_DoesNotCount() => Assert.Single(Of(1, 2, "hand-unhealthy").Decide().Decision.Start);

    /// <summary>The one that starts may never serve; the group would have none then.</summary>
    [Fact]
    public void Decide_IdleWhileAnotherStarts_KeepsTheMinimumThatServes()
    {
        var (decision, _) = Of(1, 3, "serving", "starting").Seen("II").Decide();

        Assert.Empty(decision.Retire);
        Assert.Equal(new Clamp("serving", 1, 2, "1 of them still start, and 1 must serve"), decision.Clamps[^1]);
    }

    [Fact]
    public void Decide_MonitorIsBeingRemoved_RetiresAllThatRunWhateverTheMinimum()
    {
        var (decision, next) = Of(2, 3, "serving 1", "serving", "starting", "hand").Removing().Decide();

        Assert.Equal(["demo-2", "demo-1"], decision.Retire);
        Assert.Equal("remove", decision.Rule);
        Assert.Equal(0, next.Target);
    }
}
