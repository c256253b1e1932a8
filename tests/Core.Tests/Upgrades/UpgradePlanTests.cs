using ControlPlane.Core.Upgrades;
using static ControlPlane.Core.Upgrades.UpgradeStep;

namespace ControlPlane.Core.Tests.Upgrades;

public sealed class UpgradePlanTests
{
    [Fact]
    public void Forward_Cold_CopiesBehindTheFenceAndVerifiesBeforeTheFlip() => Assert.Equal(
        [Preflight, BackUp, Approve, Fence, Copy, Verify, Migrate, StartNew, Smoke, Flip, SoftOpen, OpenWrites, Bake, Finish],
        Sample.Of(UpgradeMode.BlueGreenCold).Plan);

    [Fact]
    public void Forward_Warm_CopiesBeforeTheFence() => Assert.Equal(
        [Preflight, BackUp, Follow, PreVerify, Approve, LagGate, Fence, CatchUp, Verify, Migrate, StartNew, Smoke, Flip, SoftOpen, OpenWrites, Bake, Finish],
        Sample.Of(UpgradeMode.BlueGreenWarm).Plan);

    [Fact]
    public void Forward_WarmWithEnginesThatStartOnTheOldSchema_StartsThemBeforeTheFence() => Assert.Equal(
        [Preflight, BackUp, Follow, Preview, PreVerify, Approve, LagGate, Fence, CatchUp],
        Sample.Of(UpgradeMode.BlueGreenWarm, isPreviewed: true).Plan.Take(9));

    [Fact]
    public void Forward_ColdOnAFile_CopiesOnceAllAreStopped() => Assert.Equal(
        [Preflight, BackUp, Approve, Fence, StopLive, Copy, Verify, Migrate, StartNew, Smoke, Flip, SoftOpen, OpenWrites, Bake, Finish],
        Sample.Of(UpgradeMode.BlueGreenCold, stopsEngines: true).Plan);

    [Fact]
    public void Forward_StopAll_BacksUpBehindTheFence() => Assert.Equal(
        [Preflight, Approve, Fence, StopLive, BackUp, Migrate, StartNew, Smoke, Flip, SoftOpen, OpenWrites, Bake, Finish],
        Sample.Of(UpgradeMode.StopAll).Plan);

    [Fact]
    public void Forward_NoDatabase_HoldsNothing() =>
        Assert.DoesNotContain(Fence, Sample.Of(UpgradeMode.BlueGreenCold, hasDatabase: false).Plan);

    [Fact]
    public void Forward_Rehearsal_TouchesNothingThatServes() =>
        Assert.Equal([Preflight, Copy, Migrate, Discard], Sample.Of(UpgradeMode.BlueGreenCold, isRehearsal: true).Plan);

    [Theory]
    [InlineData(UpgradeMode.BlueGreenCold, BackUp, new[] { Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, Fence, new[] { Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, Verify, new[] { Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, Flip, new[] { FlipBack, Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, SoftOpen, new[] { FlipBack, Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, OpenWrites, new[] { FlipBack, Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, Bake, new[] { Refence, ReturnWrites, FlipBack, Reopen, Discard })]
    [InlineData(UpgradeMode.StopAll, BackUp, new[] { StartOld, Reopen, Discard })]
    [InlineData(UpgradeMode.StopAll, StopLive, new[] { StartOld, Reopen, Discard })]
    [InlineData(UpgradeMode.StopAll, Migrate, new[] { Restore, StartOld, Reopen, Discard })]
    [InlineData(UpgradeMode.StopAll, Bake, new[] { Refence, ReturnWrites, Restore, StartOld, FlipBack, Reopen, Discard })]
    [InlineData(UpgradeMode.Rolling, Roll, new[] { RollBack, Discard })]
    public void Back_FromAStep_UndoesWhatWasBegun(UpgradeMode mode, UpgradeStep from, UpgradeStep[] expected) =>
        Assert.Equal(expected, UpgradePlan.Back(Sample.At(mode, from)));

    [Theory]
    [InlineData(UpgradeMode.BlueGreenCold, Fence, new[] { Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, StopLive, new[] { StartOld, Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, Migrate, new[] { StartOld, Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, SoftOpen, new[] { StartOld, FlipBack, Reopen, Discard })]
    [InlineData(UpgradeMode.BlueGreenCold, Bake, new[] { Refence, ReturnWrites, StartOld, FlipBack, Reopen, Discard })]
    [InlineData(UpgradeMode.StopAll, StopLive, new[] { StartOld, Reopen, Discard })]
    [InlineData(UpgradeMode.StopAll, Bake, new[] { Refence, ReturnWrites, Restore, StartOld, FlipBack, Reopen, Discard })]
    public void Back_OnAFile_StartsTheOldSideBeforeItServes(UpgradeMode mode, UpgradeStep from, UpgradeStep[] expected) =>
        Assert.Equal(expected, UpgradePlan.Back(Sample.At(mode, from, stopsEngines: true)));
}
