using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Starts instances of the new version on the copy while it still follows, and waits until they pass their checks. They can
/// only read until the copy stands on its own; what takes them long to start takes nobody's time.
/// </summary>
internal sealed class PreviewStep(Fleet fleet, Accounts accounts, StartingPoints starts) : IUpgradeStep
{
    private const string Ordered = "ordered";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public UpgradeStep Step => UpgradeStep.Preview;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var first = starts.FirstPreviewed(scene.Monitor, scene.Terms);
        var wanted = scene.Upgrade.Instances + 1 - first;
        if (wanted <= 0)
            return StepResult.Done(Findings.Number("instances", 0));
        if (scene.Upgrade.FindHere(Ordered) is null)
        {
            await accounts.EnsureForReadingAsync(scene.Monitor, scene.To, cancellation);
            await fleet.OrderAsync(scene, scene.To, first..(scene.Upgrade.Instances + 1), isMigrator: false, cancellation);
            return StepResult.Waiting("instances of the new version start", Pause, Findings.Number(Ordered, wanted));
        }

        if (await fleet.FindBrokenAsync(scene, scene.To, cancellation) is { } broken)
            return StepResult.Refused(broken);
        var instances = await fleet.ListAsync(scene, scene.To, cancellation);
        var ready = await fleet.CountReadyAsync(scene, scene.To, cancellation);
        if (ready >= wanted)
            return StepResult.Done([Findings.Number("instances", ready), .. instances.Select(one => new Finding($"preview {one.Name}", one.Handle?.Url ?? ""))]);
        return instances.Count >= wanted
            ? StepResult.Waiting($"{ready} of {wanted} instances are ready", Pause)
            : StepResult.Refused($"the new version did not come up: {await fleet.FindFailureAsync(scene, cancellation)}");
    }
}
