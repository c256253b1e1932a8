using System.Globalization;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What would stand in the way of an upgrade. It only looks, so that a dry run can ask too.</summary>
internal sealed class Preflight(RegistryFeed feed, GroupStore groups, Lending lending, StartingPoints starts, DatabaseServers servers)
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
        obstacles.AddRange(await FindDatabaseObstaclesAsync(monitor, terms, cancellation));
        return obstacles;
    }

    /// <summary>How many instances serve: as many the new side gets.</summary>
    public async Task<int> CountInstancesAsync(Monitor monitor, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var epoch = (feed.Current.FindGroup(monitor.Tag)?.LiveSide.Epoch) ?? Core.Groups.Group.FirstEpoch;
        return feed.Current.Backends.Count(backend => backend.Monitor == monitor.Name && backend.Epoch == epoch && backend.State == BackendState.Ready);
    }

    /// <summary>What the group and its database are like, for the report.</summary>
    public async Task<IReadOnlyList<Finding>> DescribeAsync(Monitor monitor, UpgradeTerms terms, CancellationToken cancellation)
    {
        if (monitor.Database is not { } use || servers.Find(use.Server) is not { } server)
            return [];
        var database = DatabaseOf(monitor, use);
        var inspection = await server.InspectAsync(database, cancellation);
        List<Finding> findings = [new("database", database), new("database version", inspection.Version), Findings.Number("database bytes", inspection.Bytes)];
        if (terms.Mode == UpgradeMode.BlueGreenWarm && server.Replication is { } replication && await replication.FindRiskAsync(database, cancellation) is { } risk)
            findings.Add(new("risk", risk));
        return findings;
    }

    /// <summary>Whether there is a database of that name.</summary>
    public Task<bool> IsThereAsync(Monitor monitor, string database, CancellationToken cancellation) =>
        servers.Find(monitor.Database!.Server)!.Copies.ExistsAsync(database, cancellation);

    /// <summary>Both sides run at once, but for the modes that replace one by the other.</summary>
    private async Task<string?> FindRoomAsync(Monitor monitor, UpgradeTerms terms, int count, CancellationToken cancellation)
    {
        var needed = terms.Mode == UpgradeMode.Rolling || terms.IsRehearsal ? 1 : terms.Mode == UpgradeMode.StopAll ? 0 : count;
        if (needed == 0)
            return null;
        var room = await lending.RoomAsync(monitor, await groups.ListInstancesAsync(monitor.Tag, cancellation), needed, cancellation);
        return room.Count >= needed ? null : string.Create(
            CultureInfo.InvariantCulture, $"The new side needs {needed} instances beside the old one, and there is room for {room.Count}: {room.Reason}. Free some, or use the mode stopAll.");
    }

    private async Task<IEnumerable<string>> FindDatabaseObstaclesAsync(Monitor monitor, UpgradeTerms terms, CancellationToken cancellation)
    {
        if (monitor.Database is not { } use)
        {
            return terms.Mode is UpgradeMode.BlueGreenWarm || terms.IsRehearsal
                ? [$"The group {monitor.Tag} has no database, so there is nothing to {(terms.IsRehearsal ? "rehearse" : "replicate")}. Use the mode blueGreenCold without rehearse."]
                : [];
        }

        if (servers.Find(use.Server) is not { } server)
            return [$"There is no database server \"{use.Server}\". Add it to the file of --databases-file."];
        if (terms.Mode == UpgradeMode.Rolling)
            return [];
        try
        {
            var database = DatabaseOf(monitor, use);
            var obstacles = (await server.InspectAsync(database, cancellation)).Obstacles.ToList();
            if (terms is { Mode: UpgradeMode.BlueGreenWarm, IsRehearsal: false })
                obstacles.AddRange(await FindWarmObstaclesAsync(server, database, cancellation));
            return obstacles;
        }
        catch (DatabaseFailedException failure)
        {
            return [$"The database cannot be inspected: {failure.Message}"];
        }
    }

    private static async Task<IEnumerable<string>> FindWarmObstaclesAsync(IDatabaseServer server, string database, CancellationToken cancellation)
    {
        if (server.Replication is not { } replication)
            return [$"The database server {server.Name} has no replication. Use the mode blueGreenCold."];
        return await replication.FindObstacleAsync(database, cancellation) is { } obstacle ? [$"{obstacle} Or use the mode blueGreenCold."] : [];
    }

    private string DatabaseOf(Monitor monitor, DatabaseUse use) => feed.Current.FindGroup(monitor.Tag)?.LiveSide.Database ?? use.Name;
}
