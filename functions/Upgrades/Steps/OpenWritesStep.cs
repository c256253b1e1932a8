using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Rollback point R3: lets writes through. Before that, the old side's database begins to follow the new one where it can,
/// so that the way back loses nothing; and the count of writes is noted, for where it cannot.
/// </summary>
internal sealed class OpenWritesStep(GroupBook groups, Accounts accounts, Traffic traffic) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.OpenWrites;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        // Stored before a write can come: begun again after the gate was opened, it would count those as from before, and
        // follow from after them.
        if (scene.Upgrade.Find(Step, WayBack.Follows) is null)
            return StepResult.Waiting("writes are let through next", TimeSpan.Zero, await WayBack.PrepareAsync(scene, cancellation));
        if (scene.HasDatabase && scene.Upgrade.HasBegun(UpgradeStep.Refence))
            await accounts.AdmitAsync(scene.Monitor, scene.To, cancellation);
        await groups.ChangeAsync(scene, group => group with { Gate = Gate.Open }, cancellation);
        await traffic.NoteHeldAsync(scene, cancellation);
        return StepResult.Done();
    }
}
