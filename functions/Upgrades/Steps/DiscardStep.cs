using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Removes everything that was made for the new side, and gives the lease back.</summary>
internal sealed class DiscardStep(GroupBook groups, Fleet fleet, Accounts accounts, VerifiedTables verified) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public UpgradeStep Step => UpgradeStep.Discard;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        verified.Forget(scene);
        if (scene.Upgrade.To is null)
            return await ReleaseAsync(scene, cancellation);
        if ((await groups.ReadAsync(scene.Monitor, cancellation)).Serves(scene.To.Epoch))
            return StepResult.Failed("the new side serves, so it is not taken away");
        var left = await fleet.RetireAsync(scene, scene.To, $"the upgrade {scene.Upgrade.Name} came to nothing", cancellation);
        if (left > 0)
            return StepResult.Waiting($"{left} instances of the new side are still leaving", Pause);
        if (scene.HasDatabase && scene.Terms.Mode != UpgradeMode.Rolling)
            await RemoveDatabaseAsync(scene, cancellation);
        return await ReleaseAsync(scene, cancellation);
    }

    private async Task RemoveDatabaseAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.IsCopied)
        {
            if (scene.Server.Replication is { } replication)
                await replication.StopAsync(scene.FromDatabase, scene.ToDatabase, takesCounters: false, cancellation);
            await WayBack.ForgetAsync(scene, cancellation);
            await scene.Server.Copies.DropAsync(scene.ToDatabase, cancellation);
        }

        await accounts.RemoveAsync(scene.Monitor, scene.To, cancellation);
    }

    private async Task<StepResult> ReleaseAsync(Scene scene, CancellationToken cancellation)
    {
        var released = await groups.ReleaseAsync(scene, cancellation);
        return released.Is(out _, out var problem) ? StepResult.Done() : StepResult.Failed(problem.Detail);
    }
}
