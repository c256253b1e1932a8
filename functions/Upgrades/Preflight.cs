using System.Globalization;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What would stand in the way of an upgrade. It only looks, so that a dry run can ask too.</summary>
internal sealed class Preflight(RegistryFeed feed, GroupStore groups, Lending lending, StartingPoints starts, DatabasePreflight databases)
{
    /// <summary>Everything that stands in the way, each with what to do about it; empty when nothing does.</summary>
    public async Task<IReadOnlyList<string>> FindObstaclesAsync(Monitor monitor, UpgradeTerms terms, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var obstacles = new List<string>();
        if (monitor.IsRemoving)
            obstacles.Add($"The monitor {monitor.Name} is being removed.");
        if (starts.FindObstacle(monitor, terms) is { } start)
            obstacles.Add(start);
        foreach (var byHand in feed.Current.Backends.Where(backend => backend.Monitor is null && backend.Tags.Contains(monitor.Tag)))
            obstacles.Add($"The backend {byHand.Name} was added by hand and would go on with the old version. Remove it from the group first.");

        var count = await CountInstancesAsync(monitor, cancellation);
        if (count == 0)
            obstacles.Add($"No instance of {monitor.Tag} is ready, so there is nothing to fall back on. Bring it to work first.");
        if (await FindRoomAsync(monitor, terms, count, cancellation) is { } room)
            obstacles.Add(room);
        obstacles.AddRange(await databases.FindObstaclesAsync(monitor, terms, cancellation));
        return obstacles;
    }

    /// <summary>How many instances serve: as many the new side gets.</summary>
    public async Task<int> CountInstancesAsync(Monitor monitor, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var epoch = (feed.Current.FindGroup(monitor.Tag)?.LiveSide.Epoch) ?? Core.Groups.Group.FirstEpoch;
        return feed.Current.Backends.Count(backend => backend.Monitor == monitor.Name && backend.Epoch == epoch && backend.State == BackendState.Ready);
    }

    /// <summary>Both sides run at once, but where one is stopped before the other starts.</summary>
    private async Task<string?> FindRoomAsync(Monitor monitor, UpgradeTerms terms, int count, CancellationToken cancellation)
    {
        var stopsFirst = terms.Mode == UpgradeMode.StopAll || databases.StopsEngines(monitor);
        var needed = terms.Mode == UpgradeMode.Rolling || terms.IsRehearsal ? 1 : stopsFirst ? 0 : count;
        if (needed == 0)
            return null;
        var room = await lending.RoomAsync(monitor, await groups.ListInstancesAsync(monitor.Tag, cancellation), needed, cancellation);
        return room.Count >= needed ? null : string.Create(
            CultureInfo.InvariantCulture, $"The new side needs {needed} instances beside the old one, and there is room for {room.Count}: {room.Reason}. Free some, or use the mode stopAll.");
    }
}
