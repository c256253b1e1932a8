using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// After a change in place: makes a new database from the backup, and gives it to the old side. The changed one stays,
/// with nobody let in, for whoever wants to see what went wrong.
/// </summary>
internal sealed class RestoreStep(LongWork work, UpgradeBackups backups, GroupBook groups) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.Restore;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var restored = $"{scene.Use.CopyFor(scene.To.Epoch)}r";
        var result = await work.LookAsync(
            scene,
            async (progress, stop) =>
            {
                await scene.Server.Copies.RestoreAsync(backups.Of(scene.Upgrade), restored, progress, stop);
                return StepResult.Done(new Finding("database", restored));
            },
            cancellation);
        if (result.Outcome != StepOutcome.Done)
            return result;
        var side = scene.From with { Database = restored };
        await groups.ChangeAsync(scene, group => group.With(scene.Upgrade.ToColour.Other(), side), cancellation);
        scene.Note(upgrade => upgrade with { From = side });
        return result;
    }
}
