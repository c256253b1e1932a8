using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Waits for somebody's word, when that was asked for.</summary>
internal sealed class ApproveStep : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public UpgradeStep Step => UpgradeStep.Approve;

    public Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation) => Task.FromResult(scene switch
    {
        { Terms.NeedsApproval: false } => StepResult.Done(),
        { Upgrade.ApprovedBy: { } by } => StepResult.Done(new Finding("approved by", by)),
        _ => StepResult.Waiting($"waits for the word: POST /v1/upgrades/{scene.Upgrade.Name}:approve", Pause),
    });
}
