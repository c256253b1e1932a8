using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Lets reads through to the new side for a while, and goes back when they fare worse than before: no write has been taken yet.</summary>
internal sealed class SoftOpenStep(GroupBook groups, Traffic traffic, TimeProvider time) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public UpgradeStep Step => UpgradeStep.SoftOpen;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.Terms.Soak == TimeSpan.Zero)
            return StepResult.Done();
        await groups.ChangeAsync(scene, group => group with { Gate = Gate.WritesHeld }, cancellation);
        var verdict = await traffic.JudgeAsync(scene, cancellation);
        if (verdict.Fault is { } fault)
            return StepResult.Refused(fault, verdict.Findings);
        return time.GetUtcNow() - scene.Upgrade.Current!.Since >= scene.Terms.Soak
            ? StepResult.Done(verdict.Findings)
            : StepResult.Waiting("reads go to the new side", Pause, verdict.Findings);
    }
}
