using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Retires the old side and gives the lease back. The old database stays as it is, with nobody let in.</summary>
internal sealed class FinishStep(GroupBook groups, Fleet fleet, Accounts accounts, VerifiedTables verified) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public UpgradeStep Step => UpgradeStep.Finish;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.Terms.Mode != UpgradeMode.Rolling)
        {
            if ((await groups.ReadAsync(scene.Monitor, cancellation)).Serves(scene.From.Epoch))
                return StepResult.Failed("the old side serves, so it is not taken away");
            var left = await fleet.RetireAsync(scene, scene.From, $"the upgrade {scene.Upgrade.Name} has replaced it", cancellation);
            if (left > 0)
                return StepResult.Waiting($"{left} instances of the old side are still leaving", Pause);
            if (scene.HasDatabase)
                await accounts.RemoveAsync(scene.Monitor, scene.From, cancellation);
        }

        await WayBack.ForgetAsync(scene, cancellation);
        verified.Forget(scene);
        if (!(await groups.ReleaseAsync(scene, cancellation)).Is(out _, out var problem))
            return StepResult.Failed(problem.Detail);
        return scene.IsCopied ? StepResult.Done(new Finding("kept database", $"{scene.FromDatabase}, which nobody is let into")) : StepResult.Done();
    }
}
