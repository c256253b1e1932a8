using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Waits for the tail that was written before the fence, and ends the following: from here on the copy stands on its own.</summary>
internal sealed class CatchUpStep(TimeProvider time) : IUpgradeStep
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public UpgradeStep Step => UpgradeStep.CatchUp;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var replication = scene.Server.Replication!;
        await replication.CatchUpAsync(scene.FromDatabase, scene.ToDatabase, Patience, cancellation);
        await replication.StopAsync(scene.FromDatabase, scene.ToDatabase, takesCounters: true, cancellation);
        return StepResult.Done(Findings.Seconds("seconds", time.GetElapsedTime(began)));
    }
}
