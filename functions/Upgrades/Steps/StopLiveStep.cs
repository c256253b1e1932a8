using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Stops all instances of the old side, so that the new version is alone with the database. Where only that shuts them out
/// of it, proves it: from the end of this step on, nobody writes to the original.
/// </summary>
internal sealed class StopLiveStep(Fleet fleet, Accounts accounts) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public UpgradeStep Step => UpgradeStep.StopLive;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var left = await fleet.RetireAsync(scene, scene.From, $"the upgrade {scene.Upgrade.Name} stops all instances", cancellation);
        if (left > 0)
            return StepResult.Waiting($"{left} instances are still stopping", Pause);
        return scene.Upgrade.StopsEngines ? await ShutOutAsync(scene, cancellation) : StepResult.Done();
    }

    private async Task<StepResult> ShutOutAsync(Scene scene, CancellationToken cancellation)
    {
        try
        {
            return FenceStep.ResultOf(await accounts.ExcludeAsync(scene.Monitor, scene.From, isReaderToo: true, cancellation), []);
        }
        catch (DatabaseFailedException failure)
        {
            // Whoever has it open is no instance of the group, and requests are held: there is nothing to wait for.
            return StepResult.Refused(failure.Message);
        }
    }
}
