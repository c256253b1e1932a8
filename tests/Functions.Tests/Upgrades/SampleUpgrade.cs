using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>An upgrade as a row, for what does not run it.</summary>
internal static class SampleUpgrade
{
    /// <param name="name">Its name.</param>
    /// <param name="group">The group's tag, and the monitor's name.</param>
    /// <param name="steps">The steps that it has begun.</param>
    public static Upgrade Of(string name, string group = "shop", params UpgradeStep[] steps) => new()
    {
        Name = name,
        Group = group,
        Monitor = group,
        Terms = new UpgradeTerms { Mode = UpgradeMode.BlueGreenCold },
        By = "ann",
        At = DateTimeOffset.UnixEpoch,
        Plan = [],
        Steps = [.. steps.Select(step => new StepRecord { Step = step, Since = DateTimeOffset.UnixEpoch })],
    };
}
