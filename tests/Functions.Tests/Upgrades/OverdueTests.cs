using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>Which upgrades a tick carries on, because their own orchestration does not.</summary>
public sealed class OverdueTests
{
    /// <summary>An attempt may have shut the gate and died before it could store that; the time is the longest pause, 300 s, and 15 s.</summary>
    [Theory]
    [InlineData(UpgradeStep.Fence, 315, false)]
    [InlineData(UpgradeStep.Fence, 316, true)]
    [InlineData(UpgradeStep.Refence, 316, true)]
    [InlineData(UpgradeStep.Copy, 10_000, false)]
    public void IsOverdue_StepBeganSoLongAgo_OnceWritesMayBeHeldForTooLong(UpgradeStep step, int seconds, bool isOverdue)
    {
        var upgrade = SampleUpgrade.Of("u1", "shop", step);
        var time = new FakeTimeProvider(upgrade.Steps[0].Since.AddSeconds(seconds));

        Assert.Equal(isOverdue, new UpgradeBook(null!, null!, null!, time).IsOverdue(upgrade));
    }
}
