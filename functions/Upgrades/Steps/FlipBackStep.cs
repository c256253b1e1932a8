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
        var flipped = await groups.ChangeAsync(scene.Monitor, group => group.Live == old ? group : group.Flip(group.Issued + 1), cancellation);
        return flipped.Is(out var group, out var problem)
            ? StepResult.Done(Findings.Number("epoch", group.Epoch), Findings.Seconds("seconds", time.GetElapsedTime(began)))
            : StepResult.Failed(problem.Detail);
    }
}
