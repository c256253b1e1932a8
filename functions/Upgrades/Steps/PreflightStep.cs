using ControlPlane.Core.Groups;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Takes the group's lease and an epoch, and looks for whatever would stand in the way while nothing has been done yet.</summary>
internal sealed class PreflightStep(GroupBook groups, Preflight preflight, DatabasePreflight databases, Accounts accounts) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.Preflight;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var obstacles = await preflight.FindObstaclesAsync(scene.Monitor, scene.Terms, cancellation);
        if (obstacles.Count > 0)
        {
            // An earlier attempt that was cut off may have taken the lease.
            await groups.ReleaseAsync(scene, cancellation);
            return StepResult.Refused(string.Join(" ", obstacles));
        }

        var name = scene.Upgrade.Name;
        if (!(await groups.ChangeAsync(scene.Monitor, group => Lease(group, scene), cancellation)).Is(out var leased, out var problem))
            return StepResult.Refused(problem.Detail);
        if (IsCopying(scene) && await databases.IsThereAsync(scene.Monitor, leased.IdleSide!.Database!, cancellation))
        {
            // Left by an earlier life of the group, or somebody else's: nothing that is there is ever copied over.
            await groups.ReleaseAsync(scene, cancellation);
            return StepResult.Waiting($"the name {leased.IdleSide.Database} is taken; the next is tried", TimeSpan.Zero);
        }

        var instances = await preflight.CountInstancesAsync(scene.Monitor, cancellation);
        var findings = await databases.DescribeAsync(scene.Monitor, scene.Terms, cancellation);
        scene.Note(upgrade => upgrade with
        {
            From = leased.LiveSide,
            To = leased.IdleSide,
            ToColour = leased.Live.Other(),
            Instances = instances,
            IsCopied = IsCopying(scene),
        });
        // From here on the account that serves exists in any case, so that the fence has something to shut out.
        if (scene.HasDatabase)
            await accounts.EnsureAsync(scene.Monitor, leased.LiveSide, cancellation);
        return StepResult.Done([new("lease", name), Findings.Number("epoch", leased.IdleSide!.Epoch), Findings.Number("instances", instances), .. findings]);
    }

    /// <summary>Taken again by the upgrade that has it, it stays as it is.</summary>
    private static Result<Group> Lease(Group group, Scene scene)
    {
        var (name, terms) = (scene.Upgrade.Name, scene.Terms);
        if (group.Upgrade == name && group.IdleSide is not null)
            return group;
        if (group.Upgrade is { } other && other != name)
            return new Problem(ProblemCodes.UpgradeInProgress, $"The upgrade \"{other}\" changes the group {group.Tag} now. Wait for its end, or abort it.");
        var epoch = group.Issued + 1;
        var side = new Side
        {
            Epoch = epoch,
            Profile = terms.Profile ?? group.LiveSide.Profile,
            Version = terms.Version,
            Database = DatabaseOf(group, scene, epoch),
        };
        return (group with { Upgrade = name, UpgradeStepNumber = 0, Issued = epoch, HoldTime = terms.HoldTime }).With(group.Live.Other(), side);
    }

    private static string? DatabaseOf(Group group, Scene scene, long epoch)
    {
        if (!scene.HasDatabase)
            return null;
        return IsCopying(scene) ? scene.Use.CopyFor(epoch) : group.LiveSide.Database ?? scene.Use.Name;
    }

    private static bool IsCopying(Scene scene) =>
        scene.HasDatabase && (scene.Terms.Mode is UpgradeMode.BlueGreenCold or UpgradeMode.BlueGreenWarm || scene.Terms.IsRehearsal);
}
