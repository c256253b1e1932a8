using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Replaces the new instances by ones of the old version again, one after the other.</summary>
internal sealed class RollBackStep(Replacement replacement) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.RollBack;

    public Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation) =>
        replacement.AdvanceAsync(scene, scene.From, $"e{scene.To.Epoch}r", cancellation);
}
