using ControlPlane.Core.Groups;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Replaces the instances of the live side by ones of another version, one after the other, never with fewer than there were.</summary>
internal sealed class Replacement(GroupBook groups, Fleet fleet)
{
    private const string Ordered = "ordered";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Does what is next.</summary>
    /// <param name="scene">The upgrade.</param>
    /// <param name="wanted">The live side with the version that its instances are to have.</param>
    /// <param name="mark">What the names of new instances have that others do not.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<StepResult> AdvanceAsync(Scene scene, Side wanted, string mark, CancellationToken cancellation)
    {
        // From here on the watch of the group, too, orders instances of that version only.
        await groups.ChangeAsync(scene, group => group.With(group.Live, wanted), cancellation);
        var instances = await fleet.ListAsync(scene, wanted, cancellation);
        string NewName() => Enumerable.Range(1, instances.Count + 1).Select(number => $"{scene.Monitor.Tag}-{mark}-{number}").First(name => instances.All(instance => instance.Name != name));
        bool IsNew(Instance instance) => instance.Version == wanted.Version && instance.Profile == (wanted.Profile ?? scene.Monitor.Profile);
        var (fresh, old) = (instances.Where(IsNew).ToList(), instances.Where(instance => !IsNew(instance)).ToList());
        var ready = fresh.Count(instance => instance.Phase == InstancePhase.Running);
        var ordered = int.TryParse(scene.Upgrade.Find(scene.Upgrade.Current!.Step, Ordered), out var number) ? number : 0;
        var findings = Findings.Number(Ordered, ordered);
        if (old.Count == 0 && fresh.Count > 0 && ready == fresh.Count)
            return StepResult.Done(findings, Findings.Number("instances", ready));
        if (old.Any(instance => instance.Phase == InstancePhase.Retiring) || ready < fresh.Count)
            return StepResult.Waiting($"{ready} new instances, {old.Count} old ones", Pause, findings);
        if (fresh.Count < ordered && scene.Upgrade.Phase == UpgradePhase.Running)
            return StepResult.Refused($"a new instance did not come up: {await fleet.FindFailureAsync(scene, cancellation)}", findings);

        if (ready > 0 && ready + old.Count > Math.Max(scene.Upgrade.Instances, old.Count))
        {
            await fleet.RetireAsync(scene, old[0], $"the upgrade {scene.Upgrade.Name} replaces it", cancellation);
            return StepResult.Waiting($"{ready} new instances, {old.Count} old ones", Pause, findings);
        }

        await fleet.OrderAsync(scene, wanted, NewName(), isMigrator: false, cancellation);
        return StepResult.Waiting($"{ready} new instances, {old.Count} old ones", Pause, Findings.Number(Ordered, fresh.Count + 1));
    }
}
