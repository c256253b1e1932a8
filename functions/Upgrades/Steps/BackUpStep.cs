using System.Globalization;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Backs up the database that serves: rollback point R0.</summary>
internal sealed class BackUpStep(LongWork work, UpgradeBackups backups) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.BackUp;

    public Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation) => work.LookAsync(
        scene,
        async (progress, stop) =>
        {
            var backup = await scene.Server.Copies.BackUpAsync(scene.FromDatabase, backups.Of(scene.Upgrade), progress, stop);
            return StepResult.Done(
                new("folder", backup.Folder),
                new("bytes", backup.Bytes.ToString(CultureInfo.InvariantCulture)),
                new("files", backup.Files.ToString(CultureInfo.InvariantCulture)),
                new("sha256", backup.Hash));
        },
        cancellation);
}
