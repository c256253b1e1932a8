using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>
/// Removes what an upgrade that is over has left: its backup, its row, and the database that it replaced where that is asked
/// for. The row goes last, so that whoever is cut off can ask again.
/// </summary>
internal sealed class UpgradeRemoval(Registry<Upgrade> upgrades, RegistryFeed feed, DatabaseServers servers, UpgradeBackups backups)
{
    /// <summary>Reads <c>database=drop</c> from a query.</summary>
    public static Result<DropChoice> ReadDrop(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(key => key != "database") is { } other)
            return Problem.Invalid(other, "is not known here. Known: database.");
        return query["database"].ToArray() switch
        {
            [] => DropChoice.Keep,
            ["drop"] => DropChoice.Drop,
            _ => Problem.Invalid("database", "can only be drop: the database that the upgrade has replaced is dropped then. Leave it out to keep that."),
        };
    }

    public async Task<Result<Row<Upgrade>>> RemoveAsync(string name, string? etag, DropChoice drop, CancellationToken cancellation)
    {
        if (await upgrades.FindAsync(name, cancellation) is not { } row)
            return RegistryKinds.Upgrades.NotFound(name);
        if (!row.Value.IsOver)
            return new Problem(ProblemCodes.UpgradeStateWrong, $"The upgrade \"{name}\" is not over, so it cannot be removed. Abort it, or wait for its end.");
        if (etag is null || etag == row.ETag)
        {
            if (drop == DropChoice.Drop && await DropAsync(row.Value, cancellation) is { } problem)
                return problem;
            backups.Remove(row.Value);
        }

        return await upgrades.RemoveAsync(name, etag, cancellation: cancellation);
    }

    private async Task<Problem?> DropAsync(Upgrade upgrade, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        if (feed.Current.Monitors.FirstOrDefault(monitor => monitor.Name == upgrade.Monitor)?.Database is not { } use || servers.Find(use.Server) is not { } server)
            return new Problem(ProblemCodes.UpgradeStateWrong, $"Nobody knows any more on which server the database of \"{upgrade.Name}\" is. Drop it there, and leave out database=drop.");
        if (upgrade is not { Phase: UpgradePhase.Succeeded, IsCopied: true })
            return new Problem(ProblemCodes.UpgradeStateWrong, $"The upgrade \"{upgrade.Name}\" has replaced no database. Leave out database=drop.");
        var old = upgrade.From!.Database ?? use.Name;
        if (old == use.Name)
            return new Problem(ProblemCodes.UpgradeStateWrong, $"The database {old} was there before the first upgrade, and only what was made here is dropped. Leave out database=drop.");
        if (feed.Current.Monitors.Any(monitor => monitor.Database?.Server == use.Server && Uses(monitor, old)))
            return new Problem(ProblemCodes.UpgradeStateWrong, $"A group uses the database {old}, so it is not dropped.");
        try
        {
            await server.Copies.DropAsync(old, cancellation);
            return null;
        }
        catch (DatabaseFailedException failure)
        {
            return new Problem(ProblemCodes.DatabaseUnavailable, $"The database {old} was not dropped: {failure.Message}");
        }
    }

    /// <summary>An upgrade that is under way may return to the side that does not serve.</summary>
    private bool Uses(Monitor monitor, string database)
    {
        var group = feed.Current.FindGroup(monitor.Tag) ?? Group.First(monitor.Tag, monitor.Database!.Name);
        bool IsOn(Side? side) => side is not null && (side.Database ?? monitor.Database!.Name) == database;
        return IsOn(group.LiveSide) || (group.Upgrade is not null && IsOn(group.IdleSide));
    }
}

/// <summary>What to do with the database that an upgrade has replaced.</summary>
internal enum DropChoice
{
    /// <summary>Leave it as it is.</summary>
    Keep,

    /// <summary>Drop it.</summary>
    Drop,
}
