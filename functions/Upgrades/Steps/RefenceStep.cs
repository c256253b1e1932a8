using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>On the way back after writes were let through: holds them again, lets those under way end, and shuts the new side's account out.</summary>
internal sealed class RefenceStep(GroupBook groups, Traffic traffic, Accounts accounts, TimeProvider time) : IUpgradeStep
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public UpgradeStep Step => UpgradeStep.Refence;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var began = scene.Upgrade.Current!.Since;
        var isLate = time.GetUtcNow() - began > scene.Terms.Quiesce + GiveUpAfter;
        await groups.ChangeAsync(scene, group => group with { Gate = Gate.Closed, HoldTime = scene.Terms.HoldTime }, cancellation);
        // There is a reason to go back: what does not end in its time is cut off with its session.
        var underWay = await traffic.FindUnderWayAsync(scene, alsoReads: false, began, cancellation);
        if (underWay is not null && time.GetUtcNow() - began < scene.Terms.Quiesce)
            return StepResult.Waiting(underWay, Pause);
        if (!scene.HasDatabase)
            return StepResult.Done();
        var proof = await accounts.ExcludeAsync(scene.Monitor, scene.To, isReaderToo: true, cancellation);
        if (proof.IsFenced)
            return StepResult.Done([.. FenceStep.Describe(proof)]);
        var weakness = $"the new side can still write: {FenceStep.Weakness(proof)}";
        return isLate ? StepResult.Refused(weakness) : StepResult.Failed(weakness);
    }
}
