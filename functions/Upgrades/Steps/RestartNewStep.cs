using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Starts the new side's instances again, which were stopped for a way back that was not taken.</summary>
internal sealed class RestartNewStep(Restart restart) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.RestartNew;

    public Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation) => restart.AdvanceAsync(scene, scene.To, cancellation);
}
