using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Core.Tests.Upgrades;

/// <summary>Upgrades for tests.</summary>
internal static class Sample
{
    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TimeSpan Migration { get; } = TimeSpan.FromHours(1);

    public static Upgrade Of(UpgradeMode mode, bool hasDatabase = true, bool isRehearsal = false, bool stopsEngines = false, bool isPreviewed = false)
    {
        var terms = new UpgradeTerms { Mode = mode, Version = "2", IsRehearsal = isRehearsal, IsPreviewed = isPreviewed };
        return new Upgrade
        {
            Name = "shop-1",
            Group = "shop",
            Monitor = "m",
            Terms = terms,
            By = "ann",
            At = Start,
            Plan = UpgradePlan.Forward(terms, hasDatabase, stopsEngines),
            StopsEngines = stopsEngines,
            From = new Side { Epoch = 1 },
            To = new Side { Epoch = 2 },
        };
    }

    /// <summary>An upgrade of which every step before one is done, and that one begun.</summary>
    public static Upgrade At(UpgradeMode mode, UpgradeStep step, bool hasDatabase = true, bool stopsEngines = false)
    {
        var upgrade = UpgradeMoves.Consider(Of(mode, hasDatabase, stopsEngines: stopsEngines), Migration, Start);
        while (upgrade.Current!.Step != step)
            upgrade = UpgradeMoves.After(upgrade, upgrade.Current.Step, Done(upgrade.Current.Step, Start), Start);
        return upgrade;
    }

    /// <summary>A step is done, with what each of its kind has found by then.</summary>
    public static StepResult Done(UpgradeStep step, DateTimeOffset now) =>
        step is UpgradeStep.Fence or UpgradeStep.Refence ? StepResult.Done(ShutAt(now)) : StepResult.Done();

    /// <summary>The finding that the gate is shut.</summary>
    public static Finding ShutAt(DateTimeOffset now) => new(Upgrade.GateShut, now.ToString("O"));
}
