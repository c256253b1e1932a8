using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Gives application, database and traffic back to the old side in one write. The epoch rises with this switch too.</summary>
internal sealed class FlipBackStep(GroupBook groups, TimeProvider time) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.FlipBack;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var old = scene.Upgrade.ToColour.Other();
        var group = await groups.ChangeAsync(scene, row => row.Live == old ? row : row.Flip(row.Issued + 1), cancellation);
        return StepResult.Done(Findings.Number("epoch", group.Epoch), Findings.Seconds("seconds", time.GetElapsedTime(began)));
    }
}
