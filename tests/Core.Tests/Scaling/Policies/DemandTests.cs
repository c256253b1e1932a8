using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling.Policies;

public sealed class DemandTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static GroupView Four => Of(1, 9, "serving", "serving", "serving", "serving");

    [Theory]
    [InlineData(4, 6, 6, "alert")]
    [InlineData(7, 6, 7, null)]
    [InlineData(1, 2, 2, "alert")]
    public void Decide_Floor_RaisesAndNeverLowers(int wanted, int floor, int outcome, string? clamp) =>
        Expect(Four.Asked(Alert("a", floor)).Wanting(wanted).Decision, outcome, clamp);

    [Theory]
    [InlineData(9, 3)]
    [InlineData(1, 3)]
    [InlineData(9, 6)]
    public void Decide_Exact_IsHeld(int wanted, int exact) =>
        Expect(Four.Asked(Scale(exact)).Wanting(wanted).Decision, exact, "scale");

    [Fact]
    public void Decide_SeveralFloors_TheHighestCounts() =>
        Expect(Four.Asked(Alert("a", 5), Alert("b", 7), Alert("c", 6)).Wanting(4).Decision, 7, "alert");

    [Fact]
    public void Decide_ExactBesideFloors_TheExactCounts() =>
        Expect(Four.Asked(Alert("a", 7), Scale(3)).Wanting(4).Decision, 3, "scale");

    [Fact]
    public void Decide_SeveralExact_TheNewestCounts()
    {
        var older = Scale(2) with { Source = "older", Since = Now - Minute };

        Expect(Four.Asked(Scale(6), older).Wanting(4).Decision, 6, "scale");
    }

    [Fact]
    public void Decide_PersonsFloor_IsAScaleClamp() =>
        Expect(Four.Asked(Scale(6) with { IsExact = false }).Wanting(4).Decision, 6, "scale");

    [Theory]
    [InlineData(1, 9)]
    [InlineData(0, 9)]
    public void Decide_DemandThatIsOver_ChangesNothing(int secondsOver, int count)
    {
        var over = Scale(count) with { Until = Now.AddSeconds(-secondsOver) };

        var (decision, _) = Four.Asked(over, over with { Source = "alert:a:1", IsExact = false }).Wanting(4);

        Expect(decision, 4, null);
        Assert.DoesNotContain(decision.Inputs!, input => input.Name is Demand.ByHand or "alert:a:1");
        Assert.Equal(Now + Four.Monitor.Period, decision.NextLook);
    }

    [Theory]
    [InlineData(12, "scale", "max")]
    [InlineData(0, "scale", "min")]
    public void Decide_OutsideOfTheBounds_TheBoundsHold(int count, params string[] clamps)
    {
        var (decision, _) = Four.Asked(Scale(count)).Wanting(4);

        Assert.Equal(clamps, decision.Clamps.Select(clamp => clamp.Name));
        Assert.InRange(decision.Desired, 1, 9);
    }

    [Fact]
    public void Decide_Clamp_SaysHowManyUntilWhenAndWhy()
    {
        var (decision, _) = Four.Asked(Scale(6)).Wanting(4);

        Assert.Equal(new Clamp("scale", 4, 6, "exactly 6 until 2026-01-01 12:01:00Z: a load test"), Assert.Single(decision.Clamps));
        Assert.Contains(new DecisionInput("scale", 6, 0), decision.Inputs!);
    }

    [Fact]
    public void Decide_ClocksAndStepLimits_DoNotHoldWhatIsDueNow()
    {
        var view = Four.ReadyFor(Minute / 2).With(new() { OutCooldown = Minute, InCooldown = Minute, MaxStepOut = 1, MaxStepIn = 1 });

        Assert.Equal(7, view.Asked(Alert("a", 7)).Wanting(4).Decision.Desired);
        Assert.Equal(7, view.Asked(Scale(7)).Wanting(4).Decision.Desired);
        Assert.Equal(2, view.Asked(Scale(2)).Wanting(4).Decision.Desired);
    }

    [Fact]
    public void Decide_FloorAndMissingData_DoesNotShrinkBelowIt()
    {
        var blind = Four with { Pressure = Four.Pressure with { Missing = ["router r2"] } };

        Assert.Equal(4, blind.Asked(Alert("a", 2)).Wanting(1).Decision.Desired);
        Assert.Equal(6, blind.Asked(Alert("a", 6)).Wanting(1).Decision.Desired);
    }

    /// <summary>It is the person who shrinks the group then, not the missing data. No fallback raises it either.</summary>
    [Fact]
    public void Decide_ExactAndMissingData_IsHeld()
    {
        var blind = Four.With(new() { FallbackCount = 8 }) with { Pressure = Four.Pressure with { Missing = ["router r2"] } };

        Expect(blind.Asked(Scale(2)).Wanting(4).Decision, 2, "scale");
    }

    [Theory]
    [InlineData(Forbids.AnyChange, 7, 4)]
    [InlineData(Forbids.AnyChange, 2, 4)]
    [InlineData(Forbids.Shrinking, 7, 7)]
    [InlineData(Forbids.Shrinking, 2, 4)]
    public void Decide_Blocker_HoldsAgainstADemand(Forbids forbids, int count, int outcome)
    {
        var view = Four.With(new() { Blockers = [new() { Name = "backup", Query = "q", Forbids = forbids }] })
            with
        { BlockerReadings = [new("backup", true, Now)] };

        Assert.Equal(outcome, view.Asked(Scale(count)).Wanting(4).Decision.Desired);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_PauseOrDryRun_CarriesNothingOut(bool isPaused)
    {
        var policy = isPaused ? new ScalingPolicy { Pause = new(Now + Minute, "ann", "backup") } : new ScalingPolicy { IsDryRun = true };

        var (decision, state) = Four.With(policy).Asked(Scale(7)).Wanting(4);

        Assert.Equal((ScalingAction.None, 4), (decision.Action, state.Target));
        Assert.Equal(["scale", isPaused ? "pause" : "dry-run"], decision.Clamps.Select(clamp => clamp.Name));
    }

    [Fact]
    public void Decide_Slots_LimitIt() => Assert.Equal(5, Four.Slots(1).Asked(Scale(7)).Wanting(4).Decision.Desired);

    [Fact]
    public void Decide_OneDrains_ItIsCalledBackBeforeANewOneIsOrdered()
    {
        var (decision, _) = Of(1, 9, "serving", "draining").Asked(Alert("a", 3)).Wanting(1);

        Assert.Equal(["demo-2"], decision.Reclaim);
        Assert.Single(decision.Start);
    }

    [Fact]
    public void Decide_DemandEndsBeforeThePeriod_LooksThen()
    {
        var view = Four with { Monitor = Four.Monitor with { Period = 10 * Minute } };

        Assert.Equal(Now + Minute, view.Asked(Scale(5), Alert("a", 5) with { Until = Now + (2 * Minute) }).Wanting(4).Decision.NextLook);
        Assert.Equal(Now + (10 * Minute), view.Asked(Scale(5) with { Until = Now + (20 * Minute) }).Wanting(4).Decision.NextLook);
    }

    private static Demand Scale(int count) => new("scale", count, IsExact: true, Now, Now + Minute, "a load test");

    private static Demand Alert(string rule, int count) => new($"alert:{rule}:1", count, IsExact: false, Now, Now + Minute, "it fires");

    private static void Expect(Decision decision, int desired, string? clamp)
    {
        Assert.Equal(desired, decision.Desired);
        Assert.Equal(clamp is null ? [] : [clamp], decision.Clamps.Select(one => one.Name));
    }
}
