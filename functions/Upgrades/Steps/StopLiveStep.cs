using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Stops all instances of the old side, so that the new version is alone with the database.</summary>
internal sealed class StopLiveStep(Fleet fleet) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public UpgradeStep Step => UpgradeStep.StopLive;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var left = await fleet.RetireAsync(scene, scene.From, $"the upgrade {scene.Upgrade.Name} stops all instances", cancellation);
        return left == 0 ? StepResult.Done() : StepResult.Waiting($"{left} instances are still stopping", Pause);
    }
}
