using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Rollback point R3: lets writes through. Before that, the old side's database begins to follow the new one where it can,
/// so that the way back loses nothing; and the count of writes is noted, for where it cannot.
/// </summary>
internal sealed class OpenWritesStep(GroupBook groups, Traffic traffic) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.OpenWrites;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var findings = await WayBack.PrepareAsync(scene, cancellation);
        var opened = await groups.ChangeAsync(scene.Monitor, group => group with { Gate = Gate.Open }, cancellation);
        if (!opened.Is(out _, out var problem))
            return StepResult.Failed(problem.Detail);
        await traffic.NoteHeldAsync(scene, cancellation);
        return StepResult.Done(findings);
    }
}
