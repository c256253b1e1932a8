using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Starts one instance of the new version, alone, which changes the schema of the new side's database. While it does, the
/// group's row says so, and nothing starts, stops or replaces any of the group's instances.
/// </summary>
internal sealed class MigrateStep(GroupBook groups, Accounts accounts, Fleet fleet, TimeProvider time) : IUpgradeStep
{
    private const string Ordered = "ordered";
    private const int Migrator = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public UpgradeStep Step => UpgradeStep.Migrate;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.Upgrade.Find(Step, Ordered) is null)
        {
            if (scene.Terms.IsPreviewed)
            {
                // Sessions that began with an account that could only read would go on so.
                await accounts.ExcludeAsync(scene.Monitor, scene.To, isReaderToo: false, cancellation);
            }

            await accounts.AdmitAsync(scene.Monitor, scene.To, cancellation);
            await groups.ChangeAsync(scene, group => group with { IsMigrating = scene.Terms.Mode == UpgradeMode.StopAll }, cancellation);
            await fleet.OrderAsync(scene, scene.To, count: Migrator, isMigrator: true, cancellation);
            return StepResult.Waiting("one instance of the new version starts", Pause, Findings.Number(Ordered, 1));
        }

        // Others may be there already, started early on the schema from before.
        var (isThere, isReady) = await fleet.FindAsync(scene, scene.To, Migrator, cancellation);
        if (isReady)
        {
            var took = time.GetUtcNow() - scene.Upgrade.Current!.Since;
            await groups.ChangeAsync(scene, group => group with { IsMigrating = false }, cancellation);
            scene.Measure(measures => measures with { Migration = took });
            return StepResult.Done(Findings.Seconds("seconds", took));
        }

        return isThere
            ? StepResult.Waiting("the new version changes the schema", Pause)
            : StepResult.Refused($"the new version did not come up: {await fleet.FindFailureAsync(scene, cancellation)}");
    }
}
