using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Starts as many instances of the new version as the old side has, and waits until all pass their checks.</summary>
internal sealed class StartNewStep(Fleet fleet) : IUpgradeStep
{
    private const string Ordered = "ordered";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

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
        var ready = await fleet.CountReadyAsync(scene, scene.To, cancellation);
        if (ready >= wanted)
            return StepResult.Done(Findings.Number("instances", ready));
        var there = (await fleet.ListAsync(scene, scene.To, cancellation)).Count;
        return there >= wanted
            ? StepResult.Waiting($"{ready} of {wanted} instances are ready", Pause)
            : StepResult.Refused($"{wanted - there} instances did not come up: {await fleet.FindFailureAsync(scene, cancellation)}");
    }
}
