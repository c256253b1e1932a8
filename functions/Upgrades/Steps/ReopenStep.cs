using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Lets the old side use its database again, and lets all requests through.</summary>
internal sealed class ReopenStep(GroupBook groups, Accounts accounts, Traffic traffic) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.Reopen;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.HasDatabase)
            await accounts.AdmitAsync(scene.Monitor, scene.From, cancellation);
        var opened = await groups.ChangeAsync(scene.Monitor, group => group with { Gate = Gate.Open, IsMigrating = false }, cancellation);
        if (!opened.Is(out _, out var problem))
            return StepResult.Failed(problem.Detail);
        await traffic.NoteHeldAsync(scene, cancellation);
        return StepResult.Done();
    }
}
