using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Starts a side's instances again, after all were stopped.</summary>
internal sealed class Restart(Accounts accounts, Fleet fleet, TimeProvider time)
{
    /// <summary>After this, one that serves is enough: the group's watch sees to the others.</summary>
    private static readonly TimeSpan WaitForAll = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Lets the side use its database, and orders what is missing of its instances.</summary>
    public async Task<StepResult> AdvanceAsync(Scene scene, Side side, CancellationToken cancellation)
    {
        if (scene.HasDatabase)
            await accounts.AdmitAsync(scene.Monitor, side, cancellation);
        var wanted = scene.Upgrade.Instances;
        await fleet.OrderAsync(scene, side, wanted, isMigrator: false, cancellation);
        var ready = await fleet.CountReadyAsync(scene, side, cancellation);
        var isLate = time.GetUtcNow() - scene.Upgrade.Current!.Since > WaitForAll;
        return ready >= wanted || (isLate && ready > 0)
            ? StepResult.Done(Findings.Number("instances", ready))
            : StepResult.Waiting($"{ready} of {wanted} instances are ready", Pause);
    }
}
