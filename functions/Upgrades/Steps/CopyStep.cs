using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Copies the database: behind the fence, or for a rehearsal from the dump's own snapshot while writes go on.</summary>
internal sealed class CopyStep(LongWork work, TimeProvider time) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.Copy;

    public Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation) => work.LookAsync(
        scene,
        async (progress, stop) =>
        {
            var began = time.GetTimestamp();
            var method = scene.Terms.IsRehearsal ? CopyMethod.Dump : scene.Terms.Copy;
            await scene.Server.Copies.CopyAsync(new CopyOrder(scene.FromDatabase, scene.ToDatabase, method, scene.Terms.Workers), progress, stop);
            var size = (await scene.Server.InspectAsync(scene.ToDatabase, stop)).Bytes;
            return StepResult.Done(
                new("database", scene.ToDatabase),
                new("method", method.ToString()),
                Findings.Number("bytes", size),
                Findings.Seconds("seconds", time.GetElapsedTime(began)));
        },
        cancellation);
}
