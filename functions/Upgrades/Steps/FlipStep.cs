using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Rollback point R2: application, database and traffic change sides in one compare-and-swap, and the epoch rises.</summary>
internal sealed class FlipStep(GroupBook groups, Fleet fleet, TimeProvider time) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.Flip;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (await fleet.FindBrokenAsync(scene, scene.To, cancellation) is { } broken && (await groups.ReadAsync(scene.Monitor, cancellation)).Live != scene.Upgrade.ToColour)
            return StepResult.Refused($"an instance of the new side has died: {broken}");
        var began = time.GetTimestamp();
        var group = await groups.ChangeAsync(
            scene, row => row.Live == scene.Upgrade.ToColour ? row : row.Flip(scene.To.Epoch), cancellation);
        var took = time.GetElapsedTime(began);
        scene.Measure(measures => measures with { Flip = measures.Flip ?? took });
        return StepResult.Done(Findings.Number("epoch", group.Epoch), Findings.Seconds("seconds", took));
    }
}
