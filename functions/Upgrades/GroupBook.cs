using ControlPlane.Core.Groups;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>The rows that say what groups serve from. Each change is one compare-and-swap, and is in this router before the call returns.</summary>
internal sealed class GroupBook(Registry<Group> groups, RegistryFeed feed)
{
    /// <summary>What a group serves from, as the store has it.</summary>
    public async Task<Group> ReadAsync(Monitor monitor, CancellationToken cancellation) =>
        (await groups.FindAsync(monitor.Tag, cancellation))?.Value ?? First(monitor);

    /// <summary>Changes a group's row, or writes its first.</summary>
    /// <param name="monitor">The group's monitor.</param>
    /// <param name="change">The change, or why not; may be asked again when somebody else was faster.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<Group>> ChangeAsync(Monitor monitor, Func<Group, Result<Group>> change, CancellationToken cancellation)
    {
        if (await groups.FindAsync(monitor.Tag, cancellation) is null)
        {
            // Whoever was faster has written the same.
            await groups.AddAsync(First(monitor), cancellation: cancellation);
        }

        var changed = await groups.ChangeAsync(monitor.Tag, null, change, cancellation);
        await feed.RefreshAsync(cancellation);
        return changed.Then<Group>(row => row.Value);
    }

    /// <summary>
    /// Changes the row of the group that an upgrade has the lease of. Refused when it has not, or has come further
    /// since: then the attempt that asks is an old one, which was held up somewhere.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is refused.</exception>
    public async Task<Group> ChangeAsync(Scene scene, Func<Group, Group> change, CancellationToken cancellation)
    {
        var changed = await ChangeAsync(scene.Monitor, group => IsHeldBy(group, scene) ? (Result<Group>)(change(group) with { UpgradeStepNumber = scene.Upgrade.StepNumber }) : NotHeld(scene), cancellation);
        return changed.Is(out var group, out var problem) ? group : throw new InvalidOperationException(problem.Detail);
    }

    /// <summary>
    /// Gives back an upgrade's lease, and forgets the side that does not serve: the old one at the end, the new one after a
    /// return. Does nothing when it has no lease.
    /// </summary>
    public Task<Result<Group>> ReleaseAsync(Scene scene, CancellationToken cancellation) => ChangeAsync(
        scene.Monitor,
        group => group.Upgrade == scene.Upgrade.Name
            ? (group with { Upgrade = null, UpgradeStepNumber = 0, Gate = Gate.Open, IsMigrating = false }).With(group.Live.Other(), null)
            : group,
        cancellation);

    private static bool IsHeldBy(Group group, Scene scene) => group.Upgrade == scene.Upgrade.Name && group.UpgradeStepNumber <= scene.Upgrade.StepNumber;

    private static Problem NotHeld(Scene scene) =>
        new(ProblemCodes.UpgradeInProgress, $"The group {scene.Monitor.Tag} is no longer {scene.Upgrade.Name}'s to change in its step {scene.Upgrade.StepNumber}.");

    private static Group First(Monitor monitor) => Group.First(monitor.Tag, monitor.Database?.Name);
}
