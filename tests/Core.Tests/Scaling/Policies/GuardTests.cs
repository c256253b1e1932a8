using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Schedules;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling.Policies;

public sealed class GuardTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static GroupView Four => Of(1, 9, "serving", "serving", "serving", "serving");

    [Theory]
    [InlineData(9, 6, "step-out")]
    [InlineData(1, 3, "step-in")]
    public void Decide_StepLimits_ShortenTheStep(int wanted, int outcome, string clamp) =>
        Expect(Four.With(new() { MaxStepOut = 2, MaxStepIn = 1 }).Wanting(wanted).Decision, outcome, clamp);

    [Theory]
    [InlineData(30, 4, "out-cooldown")]
    [InlineData(90, 6, null)]
    public void Decide_OutCooldown_RunsFromReady(int secondsReady, int outcome, string? clamp)
    {
        var (decision, _) = Four.ReadyFor(TimeSpan.FromSeconds(secondsReady)).With(new() { OutCooldown = Minute }).Wanting(6);

        Expect(decision, outcome, clamp);
        Assert.Equal(clamp is null ? null : Now.AddSeconds(60 - secondsReady), decision.NextOut);
    }

    [Fact]
    public void Decide_OutCooldownAndOneBoots_HasNotBegun()
    {
        var (decision, _) = Of(1, 9, "serving", "starting").With(new() { OutCooldown = Minute }).Wanting(4);

        Expect(decision, 2, "out-cooldown");
        Assert.Null(decision.NextOut);
    }

    [Theory]
    [InlineData(30, 4, "in-cooldown")]
    [InlineData(90, 2, null)]
    public void Decide_InCooldown_RunsFromReadyAndHoldsNoGrowth(int secondsReady, int outcome, string? clamp)
    {
        var view = Four.ReadyFor(TimeSpan.FromSeconds(secondsReady)).With(new() { InCooldown = Minute });

        Expect(view.Wanting(2).Decision, outcome, clamp);
        Assert.Equal(6, view.Wanting(6).Decision.Desired);
    }

    [Fact]
    public void Decide_InCooldown_RunsFromTheLastLeavingToo()
    {
        var view = Four.With(new() { InCooldown = Minute });

        var (first, state) = view.Wanting(3);
        var (second, _) = view.Later(state, Minute / 2).Wanting(2);

        Assert.Equal(ScalingAction.Shrink, first.Action);
        Expect(second, 4, "in-cooldown");
        Assert.Equal(Now + Minute, second.NextIn);
    }

    /// <summary>What was wanted at one look was wanted until the next.</summary>
    [Fact]
    public void Decide_StabilisationWindow_ShrinksToTheHighestWish()
    {
        var view = Four.With(new() { StabilisationWindow = 5 * Minute });

        var (_, state) = view.Wanting(3);
        state = view.Later(state, 4 * Minute).Wanting(2).State;

        Expect(view.Later(state with { Target = 4 }, 4.5 * Minute).Wanting(1).Decision, 3, "window");
        Expect(view.Later(state with { Target = 4 }, 9.5 * Minute).Wanting(1).Decision, 2, "window");
    }

    [Fact]
    public void Decide_BreakEven_HoldsAsLongAsABootTook()
    {
        var view = Four with { Instances = [.. Four.Instances.Select(one => one with { ReadyAt = one.OrderedAt + (4 * Minute) })] };
        view = view.With(new() { HoldsBreakEven = true });

        var (_, state) = view.Wanting(4);

        var (held, later) = view.Later(state, 3 * Minute).Wanting(2);

        Expect(held, 4, "window");
        Expect(view.Later(later, 6.5 * Minute).Wanting(2).Decision, 4, "window");
        Expect(view.Later(later, 7.5 * Minute).Wanting(2).Decision, 2, null);
    }

    [Theory]
    [InlineData(null, 0, "stale")]
    [InlineData(0.5, 61, "stale")]
    [InlineData(double.NaN, 0, "stale")]
    [InlineData(0.5, 59, null)]
    public void Decide_SignalMissingOrStale_NeverShrinks(double? value, int age, string? clamp)
    {
        var view = Four.With(new() { Signals = [new() { Name = "cpu", Kind = SignalKind.Cpu, Target = 0.7 }] })
            with
        { Readings = [new("cpu", value, Now.AddSeconds(-age))] };

        var (decision, _) = view.Wanting(1);

        Expect(decision, clamp is null ? 1 : 4, clamp);
        Assert.Equal(new DecisionInput("cpu", clamp is null ? value : null, age), Assert.Single(decision.Inputs!, input => input.Name == "cpu"));
        Assert.Equal(6, view.Wanting(6).Decision.Desired);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(6, 6)]
    public void Decide_FallbackCount_OnlyRaises(int fallback, int outcome)
    {
        var view = Four.With(new() { FallbackCount = fallback }) with { Pressure = Four.Pressure with { Missing = ["router r2"] } };

        var (decision, _) = view.Wanting(1);

        Assert.Equal(outcome, decision.Desired);
        Assert.Contains("router r2", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_PressureTooOld_NeverShrinks() =>
        Expect((Four.With(new() { PressureStaleAfter = Minute }) with { Pressure = Four.Pressure with { At = Now - (2 * Minute) } }).Wanting(1).Decision, 4, "stale");

    [Theory]
    [InlineData(Forbids.Shrinking, true, 1, 4)]
    [InlineData(Forbids.Shrinking, true, 6, 6)]
    [InlineData(Forbids.AnyChange, true, 6, 4)]
    [InlineData(Forbids.AnyChange, true, 1, 4)]
    [InlineData(Forbids.AnyChange, false, 1, 1)]
    [InlineData(Forbids.AnyChange, null, 1, 4)]
    [InlineData(Forbids.AnyChange, null, 6, 6)]
    public void Decide_Blocker_ForbidsWhatItSaysAndShrinkingWhenUnknown(Forbids forbids, bool? isTrue, int wanted, int outcome)
    {
        var view = Four.With(new() { Blockers = [new() { Name = "load", Query = "q", Forbids = forbids }] })
            with
        { BlockerReadings = [new("load", isTrue, Now)] };

        Assert.Equal(outcome, view.Wanting(wanted).Decision.Desired);
    }

    [Fact]
    public void Decide_Pause_DoesNothingUntilItEnds()
    {
        var view = Of(2, 9, "serving", "broken").With(new() { Pause = new(Now + Minute, "ann", "backup") });

        var (paused, state) = view.Wanting(5);
        var (after, _) = view.Later(state, Minute).Wanting(5);

        Expect(paused, 1, "pause");
        Assert.Equal((ScalingAction.None, 0, 0), (paused.Action, paused.Start.Count, paused.Retire.Count));
        Assert.Contains("ann has paused it until 2026-01-01 12:01:00Z: backup", paused.Reason, StringComparison.Ordinal);
        Assert.Equal(4, after.Start.Count);
    }

    [Fact]
    public void Decide_DryRun_RecordsTheCountAndDoesNothing()
    {
        var (decision, state) = Four.With(new() { IsDryRun = true }).Wanting(7);

        Assert.Equal((ScalingAction.None, 0), (decision.Action, decision.Start.Count));
        Assert.Equal(new Clamp("dry-run", 7, 4, "this is a dry run, nothing is carried out"), Assert.Single(decision.Clamps));
        Assert.Equal(4, state.Target);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(9, 5)]
    public void Decide_Schedule_SetsTheBounds(int wanted, int outcome)
    {
        var hours = new Schedule { Name = "day", Begins = CronExpression.Parse("0 8 * * *").Value!, Length = TimeSpan.FromHours(10), Min = 3, Max = 5 };

        var (decision, _) = Four.With(new() { Schedules = [hours] }).Wanting(wanted);

        Assert.Equal((outcome, 3, 5), (decision.Desired, decision.Min, decision.Max));
        Assert.Contains("by the schedule \"day\"", decision.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 9), (Four.With(new() { Schedules = [hours with { Length = Minute }] }).Wanting(wanted).Decision.Min, 9));
    }

    [Fact]
    public void Decide_ClocksAndBlockers_DoNotHoldAGroupBelowItsMinimum()
    {
        var view = Of(4, 9, "serving", "starting").With(new() { OutCooldown = Minute, MaxStepOut = 1 });

        Assert.Equal(4, view.Wanting(0).Decision.Desired);
    }

    private static void Expect(Decision decision, int desired, string? clamp)
    {
        Assert.Equal(desired, decision.Desired);
        Assert.Equal(clamp is null ? [] : [clamp], decision.Clamps.Select(one => one.Name));
    }
}
