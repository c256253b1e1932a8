using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Waits for the tail that was written before the fence, and ends the following: from here on the copy stands on its own.</summary>
internal sealed class CatchUpStep(TimeProvider time) : IUpgradeStep
{
    private const string CaughtUpAfter = "seconds";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public UpgradeStep Step => UpgradeStep.CatchUp;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var replication = scene.Server.Replication!;
        if (scene.Upgrade.Find(Step, CaughtUpAfter) is null)
        {
            var began = time.GetTimestamp();
            if (await TryCatchUpAsync(scene, replication, cancellation) is { } failure)
                return StepResult.Refused(failure);
            // Stored before the two part: from then on nobody could tell that the copy has followed to the end.
            return StepResult.Waiting("takes the counters along", TimeSpan.Zero, Findings.Seconds(CaughtUpAfter, time.GetElapsedTime(began)));
        }

        await replication.StopAsync(scene.FromDatabase, scene.ToDatabase, takesCounters: true, cancellation);
        return StepResult.Done();
    }

    /// <summary>Why it never will, since it stands still; null when it has. Writes are not held for what does not come.</summary>
    private static async Task<string?> TryCatchUpAsync(Scene scene, IDatabaseReplication replication, CancellationToken cancellation)
    {
        try
        {
            await replication.CatchUpAsync(scene.FromDatabase, scene.ToDatabase, Patience, cancellation);
            return null;
        }
        catch (DatabaseFailedException)
        {
            if ((await replication.ReadAsync(scene.FromDatabase, scene.ToDatabase, cancellation)).Failure is { } failure)
                return failure;
            throw;
        }
    }
}
