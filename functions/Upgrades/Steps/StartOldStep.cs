using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Starts the old side's instances again, after all were stopped.</summary>
internal sealed class StartOldStep(Accounts accounts, Fleet fleet, TimeProvider time) : IUpgradeStep
{
    /// <summary>After this, one that serves is enough: the group's watch sees to the others.</summary>
    private static readonly TimeSpan WaitForAll = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public UpgradeStep Step => UpgradeStep.StartOld;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        // The new side must be gone before the old one is let in: they may share a database.
        var left = await fleet.RetireAsync(scene, scene.To, $"the upgrade {scene.Upgrade.Name} returns", cancellation);
        if (left > 0)
            return StepResult.Waiting($"{left} instances of the new side are still leaving", Pause);
        if (scene.HasDatabase)
            await accounts.AdmitAsync(scene.Monitor, scene.From, cancellation);
        var wanted = scene.Upgrade.Instances;
        await fleet.OrderAsync(scene, scene.From, wanted, isMigrator: false, cancellation);
        var ready = await fleet.CountReadyAsync(scene, scene.From, cancellation);
        var isLate = time.GetUtcNow() - scene.Upgrade.Current!.Since > WaitForAll;
        return ready >= wanted || (isLate && ready > 0) ? StepResult.Done(Findings.Number("instances", ready)) : StepResult.Waiting($"{ready} of {wanted} instances are ready", Pause);
    }
}
