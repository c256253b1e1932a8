using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// On the way back after writes were let through: holds them again, lets those under way end, and shuts the new side's
/// account out; where its instances have to be stopped for that, it stops them.
/// </summary>
internal sealed class RefenceStep(GroupBook groups, Fleet fleet, Traffic traffic, Accounts accounts, TimeProvider time) : IUpgradeStep
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public UpgradeStep Step => UpgradeStep.Refence;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (FenceStep.ClosedSince(scene) is not { } began)
        {
            await groups.ChangeAsync(scene, group => group with { Gate = Gate.Closed, HoldTime = scene.Terms.HoldTime }, cancellation);
            return StepResult.Waiting("the gate is shut", TimeSpan.Zero, FenceStep.ClosedAt(time.GetUtcNow()));
        }

        var stopsEngines = scene.Upgrade.StopsEngines;
        // There is a reason to go back: what does not end in its time is cut off with its session.
        var underWay = await traffic.FindUnderWayAsync(scene, alsoReads: stopsEngines, began, cancellation);
        if (underWay is not null && time.GetUtcNow() - began < scene.Terms.Quiesce)
            return StepResult.Waiting(underWay, Pause);
        if (!scene.HasDatabase)
            return StepResult.Done();
        if (stopsEngines && await fleet.RetireAsync(scene, scene.To, $"the upgrade {scene.Upgrade.Name} returns", cancellation, drain: TimeSpan.Zero) is > 0 and var left)
            return StepResult.Waiting($"{left} instances of the new side are still stopping", Pause);
        return await ShutOutAsync(scene, isLate: time.GetUtcNow() - began > scene.Terms.Quiesce + GiveUpAfter, cancellation);
    }

    private async Task<StepResult> ShutOutAsync(Scene scene, bool isLate, CancellationToken cancellation)
    {
        string weakness;
        try
        {
            var proof = await accounts.ExcludeAsync(scene.Monitor, scene.To, isReaderToo: true, cancellation);
            if (proof.IsFenced)
                return StepResult.Done([.. scene.Upgrade.Current!.Findings, .. FenceStep.Describe(proof)]);
            weakness = FenceStep.Weakness(proof);
        }
        catch (DatabaseFailedException failure) when (isLate && !failure.IsPassing)
        {
            // Whoever is still in is no instance of the group, such as a prepared transaction or a foreign process: nothing here can end it.
            weakness = failure.Message;
        }

        weakness = $"the new side can still write: {weakness}";
        return isLate ? StepResult.Refused(weakness) : StepResult.Failed(weakness);
    }
}
