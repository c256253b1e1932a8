using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Retires the old side and gives the lease back. The old database stays as it is, with nobody let in.</summary>
internal sealed class FinishStep(GroupBook groups, Fleet fleet, VerifiedTables verified) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public UpgradeStep Step => UpgradeStep.Finish;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.Terms.Mode != UpgradeMode.Rolling)
        {
            var left = await fleet.RetireAsync(scene, scene.From, $"the upgrade {scene.Upgrade.Name} has replaced it", cancellation);
            if (left > 0)
                return StepResult.Waiting($"{left} instances of the old side are still leaving", Pause);
        }

        await WayBack.ForgetAsync(scene, cancellation);
        verified.Forget(scene.Upgrade.Name);
        // Replaced instance by instance, a group stays on its side; the other one only carried the new epoch.
        var idle = scene.Terms.Mode == UpgradeMode.Rolling ? scene.Upgrade.ToColour : scene.Upgrade.ToColour.Other();
        var released = await groups.ChangeAsync(scene.Monitor, group => Release(group, scene.Upgrade.Name, idle), cancellation);
        if (!released.Is(out _, out var problem))
            return StepResult.Failed(problem.Detail);
        return scene.IsCopied ? StepResult.Done(new Finding("kept database", $"{scene.FromDatabase}, which nobody is let into")) : StepResult.Done();
    }

    internal static Group Release(Group group, string upgrade, Colour gone) =>
        group.Upgrade == upgrade ? (group with { Upgrade = null, Gate = Gate.Open, IsMigrating = false }).With(gone, null) : group;
}
