using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Starts as many instances of the new version as the old side has, and waits until all pass their checks. Meanwhile, and no
/// earlier because the schema has changed, the copy's statistics are gathered.
/// </summary>
internal sealed class StartNewStep(Fleet fleet, LongWork work, TimeProvider time) : IUpgradeStep
{
    private const string Ordered = "ordered", Statistics = "statistics";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Writes are held: what is not gathered by then is on the way while they come.</summary>
    private static readonly TimeSpan MostForStatistics = TimeSpan.FromSeconds(5);

    public UpgradeStep Step => UpgradeStep.StartNew;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        // The old side may have grown since the upgrade began.
        var ordered = int.TryParse(scene.Upgrade.FindHere(Ordered), out var number) ? number : 0;
        var wanted = Math.Max(scene.Upgrade.Instances, ordered > 0 ? ordered : await fleet.CountReadyAsync(scene, scene.From, cancellation));
        if (ordered == 0)
        {
            await fleet.OrderAsync(scene, scene.To, wanted, isMigrator: false, cancellation);
            return StepResult.Waiting("the other instances start", TimeSpan.Zero, Findings.Number(Ordered, wanted));
        }

        if (await fleet.FindBrokenAsync(scene, scene.To, cancellation) is { } broken)
            return StepResult.Refused(broken);
        var statistics = scene.Upgrade.FindHere(Statistics) ?? await GatherAsync(scene, cancellation);
        var ready = await fleet.CountReadyAsync(scene, scene.To, cancellation);
        if (ready >= wanted && statistics is not null)
            return StepResult.Done(Findings.Number("instances", ready), new(Statistics, statistics));
        Finding[] findings = [Findings.Number(Ordered, wanted), .. statistics is null ? [] : (Finding[])[new(Statistics, statistics)]];
        var there = (await fleet.ListAsync(scene, scene.To, cancellation)).Count;
        return there >= wanted
            ? StepResult.Waiting($"{ready} of {wanted} instances are ready", Pause, findings)
            : StepResult.Refused($"{wanted - there} instances did not come up: {await fleet.FindFailureAsync(scene, cancellation)}");
    }

    /// <summary>What has come of it; null while it is waited for. The new side works without them, if slowly.</summary>
    private async Task<string?> GatherAsync(Scene scene, CancellationToken cancellation)
    {
        if (!scene.IsCopied)
            return "as they were";
        var result = await work.LookAsync(scene, (_, stop) => GatherAsync(scene.Server.Copies, scene.ToDatabase, scene.Terms.Workers, stop), cancellation);
        if (result.Outcome == StepOutcome.Done)
            return result.Findings[0].Value;
        if (time.GetUtcNow() - scene.Upgrade.Current!.Since <= MostForStatistics)
            return null;
        work.Leave(scene);
        return "still being gathered";
    }

    private static async Task<StepResult> GatherAsync(IDatabaseCopies copies, string database, int workers, CancellationToken stop)
    {
        try
        {
            await copies.GatherStatisticsAsync(database, workers, stop);
            return StepResult.Done(new Finding(Statistics, "gathered"));
        }
        catch (DatabaseFailedException failure)
        {
            return StepResult.Done(new Finding(Statistics, $"left to the server: {failure.Message}"));
        }
    }
}
