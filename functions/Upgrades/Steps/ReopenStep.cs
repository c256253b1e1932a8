using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Lets the old side use its database again, and lets all requests through.</summary>
internal sealed class ReopenStep(GroupBook groups, Accounts accounts, Fleet fleet, Traffic traffic, TimeProvider time) : IUpgradeStep
{
    private static readonly TimeSpan WaitForEngines = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public UpgradeStep Step => UpgradeStep.Reopen;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.HasDatabase)
            await accounts.AdmitAsync(scene.Monitor, scene.From, cancellation);
        // Engines whose health is their database's were unhealthy while they were shut out of it.
        if (await fleet.CountReadyAsync(scene, scene.From, cancellation) == 0 && time.GetUtcNow() - scene.Upgrade.Current!.Since < WaitForEngines)
            return StepResult.Waiting("the old side's engines come back", Pause);
        await groups.ChangeAsync(scene, group => group with { Gate = Gate.Open, IsMigrating = false }, cancellation);
        await traffic.NoteHeldAsync(scene, cancellation);
        return StepResult.Done();
    }
}
