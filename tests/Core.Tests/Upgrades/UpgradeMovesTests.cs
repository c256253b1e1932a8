using ControlPlane.Core.Upgrades;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Upgrades;

public sealed class UpgradeMovesTests
{
    [Fact]
    public void Consider_NotBegun_BeginsTheFirstStep()
    {
        var upgrade = UpgradeMoves.Consider(Sample.Of(UpgradeMode.BlueGreenCold), Sample.Migration, Sample.Start);

        Assert.Equal(UpgradeStep.Preflight, upgrade.Current!.Step);
    }

    [Fact]
    public void After_Done_BeginsTheNextStepInTheSameWrite()
    {
        var before = Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Fence);

        var after = UpgradeMoves.After(before, UpgradeStep.Fence, StepResult.Done(new Finding("a", "b")), Sample.Start);

        Assert.Equal(UpgradeStep.Copy, after.Current!.Step);
        Assert.Equal("b", after.Find(UpgradeStep.Fence, "a"));
        Assert.True(after.HasDone(UpgradeStep.Fence));
    }

    [Fact]
    public void After_AnotherStepThanTheCurrent_ChangesNothing()
    {
        var upgrade = Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Fence);

        Assert.Same(upgrade, UpgradeMoves.After(upgrade, UpgradeStep.Copy, StepResult.Done(), Sample.Start));
    }

    [Fact]
    public void After_RefusedAtPreflight_IsRefusedAndNothingIsUndone()
    {
        var upgrade = UpgradeMoves.After(
            Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Preflight), UpgradeStep.Preflight, StepResult.Refused("no room"), Sample.Start);

        Assert.Equal((UpgradePhase.Refused, "no room"), (upgrade.Phase, upgrade.Reason));
        Assert.True(upgrade.IsOver);
    }

    [Fact]
    public void After_RefusedLater_TurnsBackWithTheReason()
    {
        var upgrade = UpgradeMoves.After(
            Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Verify), UpgradeStep.Verify, StepResult.Refused("table a differs"), Sample.Start);

        Assert.Equal((UpgradePhase.Returning, UpgradeStep.Reopen, "Verify: table a differs"), (upgrade.Phase, upgrade.Current!.Step, upgrade.Reason));
    }

    [Fact]
    public void After_Failed_CountsAndTriesAgain()
    {
        var upgrade = UpgradeMoves.After(
            Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Copy), UpgradeStep.Copy, StepResult.Failed("server gone"), Sample.Start);

        Assert.Equal((UpgradeStep.Copy, 1, "server gone"), (upgrade.Current!.Step, upgrade.Current.Failures, upgrade.Current.Note));
    }

    [Theory]
    [InlineData(UpgradeStep.Fence, 136)]
    [InlineData(UpgradeStep.LagGate, 601)]
    [InlineData(UpgradeStep.Approve, 86_401)]
    public void Consider_StepTookTooLong_TurnsBack(UpgradeStep step, int seconds)
    {
        var upgrade = Sample.At(UpgradeMode.BlueGreenWarm, step);

        var before = UpgradeMoves.Consider(upgrade, Sample.Migration, Sample.Start.AddSeconds(seconds - 2));
        var after = UpgradeMoves.Consider(upgrade, Sample.Migration, Sample.Start.AddSeconds(seconds));

        Assert.Same(upgrade, before);
        Assert.Equal(UpgradePhase.Returning, after.Phase);
    }

    [Fact]
    public void Consider_WritesHeldTooLong_TurnsBackAlsoWhileItMigrates()
    {
        var upgrade = Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Migrate);

        Assert.Same(upgrade, UpgradeMoves.Consider(upgrade, Sample.Migration, Sample.Start.AddSeconds(299)));
        Assert.Equal(UpgradePhase.Returning, UpgradeMoves.Consider(upgrade, Sample.Migration, Sample.Start.AddSeconds(301)).Phase);
    }

    [Fact]
    public void Consider_WritesMayHaveBeenLetThrough_NoClockTurnsBack()
    {
        var before = Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.OpenWrites);
        var stored = StepResult.Waiting("next", TimeSpan.Zero, new Finding(Upgrade.BeforeOpening, "yes"));
        var opening = UpgradeMoves.After(before, UpgradeStep.OpenWrites, stored, Sample.Start);
        var baking = Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Bake);

        Assert.Equal(UpgradePhase.Returning, UpgradeMoves.Consider(before, Sample.Migration, Sample.Start.AddDays(30)).Phase);
        Assert.All([opening, baking], upgrade => Assert.Same(upgrade, UpgradeMoves.Consider(upgrade, Sample.Migration, Sample.Start.AddDays(30))));
    }

    [Fact]
    public void Consider_Paused_NoClockRuns()
    {
        var upgrade = UpgradeMoves.Pause(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.BackUp), Sample.Start).Value;

        Assert.Same(upgrade, UpgradeMoves.Consider(upgrade, Sample.Migration, Sample.Start.AddDays(30)));
    }

    [Fact]
    public void Consider_ResumedAfterALongPause_ThePauseDoesNotCount()
    {
        var paused = UpgradeMoves.Pause(Sample.At(UpgradeMode.BlueGreenWarm, UpgradeStep.LagGate), Sample.Start.AddSeconds(100)).Value;
        var again = UpgradeMoves.Pause(paused, Sample.Start.AddSeconds(200)).Value;
        var upgrade = UpgradeMoves.Resume(again, Sample.Start.AddSeconds(3700)).Value;

        Assert.Equal((false, 3600), (upgrade.IsPaused, upgrade.Current!.Paused.TotalSeconds));
        Assert.Same(upgrade, UpgradeMoves.Consider(upgrade, Sample.Migration, Sample.Start.AddSeconds(3600 + 599)));
        Assert.Equal(UpgradePhase.Returning, UpgradeMoves.Consider(upgrade, Sample.Migration, Sample.Start.AddSeconds(3600 + 601)).Phase);
    }

    /// <summary>What was under way may end during a pause, so that it waits at the next step.</summary>
    [Fact]
    public void Resume_StepBeganDuringThePause_CountsFromThere()
    {
        var paused = UpgradeMoves.Pause(Sample.At(UpgradeMode.BlueGreenWarm, UpgradeStep.BackUp), Sample.Start).Value;
        var next = UpgradeMoves.After(paused, UpgradeStep.BackUp, StepResult.Done(), Sample.Start.AddSeconds(50));

        Assert.Equal(10, UpgradeMoves.Resume(next, Sample.Start.AddSeconds(60)).Value.Current!.Paused.TotalSeconds);
    }

    [Fact]
    public void After_WayBackIsRefused_LetsTheNewSidesWritesThroughAgain()
    {
        var baking = Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Bake);
        var returning = UpgradeMoves.Consider(UpgradeMoves.Return(baking, new ReturnOrder("ann", "wrong", 3)).Value, Sample.Migration, Sample.Start);

        var again = UpgradeMoves.After(returning, UpgradeStep.Refence, StepResult.Refused("a session is left"), Sample.Start);

        Assert.Equal((UpgradePhase.Returning, 3, baking.StepNumber + 1), (returning.Phase, returning.AcceptedLoss, returning.StepNumber));
        Assert.Equal((UpgradePhase.Running, UpgradeStep.OpenWrites, baking.StepNumber + 2), (again.Phase, again.Current!.Step, again.StepNumber));
        Assert.Contains("a session is left", again.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void After_WayBackOnAFileIsRefused_StartsTheNewSideAgainFirst()
    {
        var returning = UpgradeMoves.Consider(
            UpgradeMoves.Return(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Bake, stopsEngines: true), new ReturnOrder("ann", "wrong", 3)).Value, Sample.Migration, Sample.Start);

        var again = UpgradeMoves.After(returning, UpgradeStep.Refence, StepResult.Refused("it is open", Sample.ShutAt(Sample.Start)), Sample.Start);

        Assert.Equal([UpgradeStep.RestartNew, UpgradeStep.OpenWrites, UpgradeStep.Bake, UpgradeStep.Finish], again.Plan);
        Assert.Equal((UpgradePhase.Running, UpgradeStep.RestartNew), (again.Phase, again.Current!.Step));
        Assert.True(again.IsHolding);
    }

    [Fact]
    public void Pause_WhileWritesAreHeld_IsRefused()
    {
        var problem = UpgradeMoves.Pause(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Copy), Sample.Start).Problem;

        Assert.Equal("upgrade_state_wrong", problem?.Code);
    }

    /// <summary>It may be shutting the gate at this moment.</summary>
    [Fact]
    public void Pause_AtTheFence_IsRefused() => Assert.Equal(
        "upgrade_state_wrong", UpgradeMoves.Pause(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Fence), Sample.Start).Problem?.Code);

    [Fact]
    public void Holds_FenceWaitsForRouters_CountFromTheShutGate()
    {
        var fence = Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Fence);

        var waiting = UpgradeMoves.After(fence, UpgradeStep.Fence, StepResult.Waiting("r9 is silent", TimeSpan.Zero), Sample.Start.AddSeconds(60));
        var shut = UpgradeMoves.After(waiting, UpgradeStep.Fence, StepResult.Waiting("shut", TimeSpan.Zero, Sample.ShutAt(Sample.Start.AddSeconds(70))), Sample.Start.AddSeconds(70));
        var refused = UpgradeMoves.After(waiting, UpgradeStep.Fence, StepResult.Refused("r9 is silent"), Sample.Start.AddSeconds(90));

        Assert.Equal((false, true, false), (waiting.IsHolding, shut.IsHolding, refused.IsHolding));
        Assert.Equal(new HoldTime(Sample.Start.AddSeconds(70), null), Assert.Single(shut.Holds));
        Assert.Empty(refused.Holds);
    }

    /// <summary>The watch that lifts a fence must not go by what an attempt that died has not stored.</summary>
    [Fact]
    public void MayHoldSince_FenceHasBegun_IsGivenUntilTheGateIsOpen()
    {
        var fence = Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Fence);
        var shut = UpgradeMoves.After(fence, UpgradeStep.Fence, StepResult.Waiting("shut", TimeSpan.Zero, Sample.ShutAt(Sample.Start.AddSeconds(7))), Sample.Start);
        var returning = UpgradeMoves.After(fence, UpgradeStep.Fence, StepResult.Refused("no"), Sample.Start);

        Assert.Null(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Approve).MayHoldSince);
        Assert.Equal((Sample.Start, Sample.Start.AddSeconds(7)), (fence.MayHoldSince, shut.MayHoldSince));
        Assert.Equal((UpgradeStep.Reopen, Sample.Start), (returning.Current!.Step, returning.MayHoldSince));
        Assert.Null(UpgradeMoves.After(returning, UpgradeStep.Reopen, StepResult.Done(), Sample.Start).MayHoldSince);
        Assert.Null(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Bake).MayHoldSince);
    }

    [Fact]
    public void Pause_BeforeTheFence_IsTaken() =>
        Assert.True(UpgradeMoves.Pause(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.BackUp), Sample.Start).Value.IsPaused);

    [Fact]
    public void Return_AtTheLastStep_IsRefused() => Assert.Equal(
        "upgrade_state_wrong", UpgradeMoves.Return(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Finish), new ReturnOrder("ann", "no")).Problem?.Code);

    [Fact]
    public void FinishNow_AtBake_GoesToTheLastStep() => Assert.Equal(
        UpgradeStep.Finish, UpgradeMoves.FinishNow(Sample.At(UpgradeMode.BlueGreenCold, UpgradeStep.Bake), Sample.Start).Value.Current!.Step);

    /// <summary>Whatever happens, it ends as one side or the other, whole: nothing is left shut, held or switched.</summary>
    [Fact]
    public void Moves_AnythingHappens_EndsWhole()
    {
        var events = Gen.Choose(0, 19).ListOf(60);
        var modes = Gen.Elements(Enum.GetValues<UpgradeMode>());
        var (kinds, previews) = (Gen.Elements(false, true), Gen.Elements(false, true));
        var cases = modes.SelectMany(mode => kinds.SelectMany(stops => previews.SelectMany(preview => events.Select(list =>
            (Mode: mode, StopsEngines: stops, IsPreviewed: preview, Events: list)))));

        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var upgrade = Sample.Of(one.Mode, stopsEngines: one.StopsEngines, isPreviewed: one.IsPreviewed);
            var now = Sample.Start;
            var phases = new List<UpgradePhase>();
            foreach (var happening in one.Events.Concat(Enumerable.Repeat(10, 60)))
            {
                now += TimeSpan.FromSeconds(happening == 3 ? 400 : 1);
                upgrade = UpgradeMoves.Consider(upgrade, Sample.Migration, now);
                if (upgrade.Current is { } current)
                    upgrade = UpgradeMoves.After(upgrade, current.Step, ResultOf(happening, current.Step, now), now);
                if (happening == 4 && UpgradeMoves.Return(upgrade, new ReturnOrder("ann", "why not")).Is(out var returning, out _))
                    upgrade = returning;
                phases.Add(upgrade.Phase);
            }

            Assert.True(upgrade.IsOver);
            Assert.Null(upgrade.Current);
            Assert.Equal((false, null), (upgrade.IsHolding, upgrade.MayHoldSince));
            Assert.All(upgrade.Holds, hold => Assert.NotNull(hold.Until));
            if (upgrade.Phase == UpgradePhase.Returned)
            {
                Assert.Equal(upgrade.HasBegun(UpgradeStep.Flip), upgrade.HasDone(UpgradeStep.FlipBack));
                Assert.Equal(upgrade.HasBegun(UpgradeStep.Fence), upgrade.HasDone(UpgradeStep.Reopen));
                Assert.True(upgrade.HasDone(UpgradeStep.Discard));
            }

            AssertOneSideRuns(upgrade);
            if (!upgrade.MayHaveOpened)
                Assert.DoesNotContain(UpgradePhase.Running, phases.SkipWhile(phase => phase == UpgradePhase.Running));
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>The instances of the side that serves at the end are not left stopped, and no file is copied while it is open.</summary>
    private static void AssertOneSideRuns(Upgrade upgrade)
    {
        var (oldRuns, newRuns) = (true, true);
        foreach (var record in upgrade.Steps)
        {
            oldRuns = record.Step switch { UpgradeStep.StopLive => false, UpgradeStep.StartOld => true, _ => oldRuns };
            newRuns = record.Step switch { UpgradeStep.Refence => !upgrade.StopsEngines, UpgradeStep.RestartNew => true, _ => newRuns };
            if (record.Step is UpgradeStep.Reopen or UpgradeStep.FlipBack)
                Assert.True(oldRuns, $"the old side is stopped at {record.Step}");
            if (record.Step is UpgradeStep.OpenWrites or UpgradeStep.Bake)
                Assert.True(newRuns, $"the new side is stopped at {record.Step}");
            if (record.Step == UpgradeStep.Copy && upgrade.StopsEngines)
                Assert.False(oldRuns, "the file is copied while it is open");
        }

        Assert.True(upgrade.Phase == UpgradePhase.Succeeded ? newRuns : oldRuns, $"{upgrade.Phase}, and that side is stopped");
    }

    private static StepResult ResultOf(int happening, UpgradeStep step, DateTimeOffset now) => happening switch
    {
        0 => StepResult.Refused("no"),
        1 => StepResult.Failed("later"),
        2 => StepResult.Waiting("soon", TimeSpan.Zero),
        _ => Sample.Done(step, now),
    };
}
