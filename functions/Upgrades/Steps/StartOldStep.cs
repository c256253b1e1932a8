using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Starts the old side's instances again, after all were stopped.</summary>
internal sealed class StartOldStep(Restart restart, Fleet fleet) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public UpgradeStep Step => UpgradeStep.StartOld;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        // The new side must be gone before the old one is let in: they may share a database.
        var left = await fleet.RetireAsync(scene, scene.To, $"the upgrade {scene.Upgrade.Name} returns", cancellation);
        return left > 0
            ? StepResult.Waiting($"{left} instances of the new side are still leaving", Pause)
            : await restart.AdvanceAsync(scene, scene.From, cancellation);
    }
}
