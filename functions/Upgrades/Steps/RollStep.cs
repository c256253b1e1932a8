using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Replaces one instance after the other by one of the new version, on the same database.</summary>
internal sealed class RollStep(Replacement replacement) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.Roll;

    public Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation) => replacement.AdvanceAsync(
        scene, scene.From with { Version = scene.To.Version, Profile = scene.To.Profile }, $"e{scene.To.Epoch}", cancellation);
}
