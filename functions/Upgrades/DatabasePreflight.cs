using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What in a group's database, or around it, would stand in the way of an upgrade. It only looks.</summary>
internal sealed class DatabasePreflight(RegistryFeed feed, DatabaseServers servers, UpgradeBackups backups)
{
    /// <summary>Everything that stands in the way, each with what to do about it; empty when nothing does.</summary>
    public async Task<IReadOnlyList<string>> FindObstaclesAsync(Monitor monitor, UpgradeTerms terms, CancellationToken cancellation)
    {
        if (monitor.Database is not { } use)
        {
            return terms.Mode is UpgradeMode.BlueGreenWarm || terms.IsRehearsal
                ? [$"The group {monitor.Tag} has no database, so there is nothing to {(terms.IsRehearsal ? "rehearse" : "replicate")}. Use the mode blueGreenCold without rehearse."]
                : [];
        }

        if (servers.Find(use.Server) is not { } server)
            return [servers.Missing(use.Server)];
        if (terms.Mode == UpgradeMode.Rolling)
            return [];
        try
        {
            var database = DatabaseOf(monitor, use);
            var inspection = await server.InspectAsync(database, cancellation);
            var obstacles = inspection.Obstacles.ToList();
            if (terms is { Mode: UpgradeMode.BlueGreenWarm, IsRehearsal: false })
                obstacles.AddRange(await FindWarmObstaclesAsync(server, database, cancellation));
            if (!terms.IsRehearsal && backups.FindObstacle(inspection.Bytes) is { } full)
                obstacles.Add(full);
            return obstacles;
        }
        catch (DatabaseFailedException failure)
        {
            return [$"The database cannot be inspected: {failure.Message}"];
        }
    }

    /// <summary>What the database is like, for the report.</summary>
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

    /// <summary>Whether engines have to be stopped before they can be shut out of the group's database.</summary>
    public bool StopsEngines(Monitor monitor) => monitor.Database is { } use && servers.Find(use.Server) is { Fence.NeedsEnginesStopped: true };

    /// <summary>Whether there is a database of that name.</summary>
    public Task<bool> IsThereAsync(Monitor monitor, string database, CancellationToken cancellation) =>
        servers.Find(monitor.Database!.Server)!.Copies.ExistsAsync(database, cancellation);

    private static async Task<IEnumerable<string>> FindWarmObstaclesAsync(IDatabaseServer server, string database, CancellationToken cancellation)
    {
        if (server.Replication is not { } replication)
            return [$"The database server {server.Name} has no replication. Use the mode blueGreenCold."];
        return await replication.FindObstacleAsync(database, cancellation) is { } obstacle ? [$"{obstacle} Or use the mode blueGreenCold."] : [];
    }

    private string DatabaseOf(Monitor monitor, DatabaseUse use) => feed.Current.FindGroup(monitor.Tag)?.LiveSide.Database ?? use.Name;
}
