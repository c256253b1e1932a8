using ControlPlane.Core.Databases;
using ControlPlane.Core.Instances;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Databases;

/// <summary>
/// The logins of engines, by the monitor of their group and the epoch of their side. Makes the accounts when they are
/// missing; one that a fence has shut out stays out.
/// </summary>
internal sealed class GroupDatabases(RegistryFeed feed, DatabaseServers servers, AccountSecrets secrets) : IDatabaseLogins
{
    public async Task<DatabaseLogin?> FindAsync(Instance instance, CancellationToken cancellation)
    {
        // Another process may have taken the monitor a moment ago.
        await feed.RefreshAsync(cancellation);
        var use = feed.Current.Monitors.FirstOrDefault(monitor => monitor.Name == instance.Monitor)?.Database;
        if (use is null && instance.Database is null)
            return null;
        if (use is null)
            throw new NonRetriableException($"it is to use the database {instance.Database}, and its monitor names no database server");
        if (servers.Find(use.Server) is not { } server)
            throw new NonRetriableException(servers.Missing(use.Server));

        var writer = secrets.Writer(use, instance.Epoch);
        var login = new DatabaseLogin
        {
            Address = server.Address,
            Name = instance.Database ?? use.Name,
            File = server.Fence.FileOf(writer.Name),
            Account = writer,
            Reader = secrets.Reader(use, instance.Epoch),
        };
        await server.Fence.EnsureAsync(login.Name, use.Owner, login.Account, cancellation);
        await server.Fence.EnsureAsync(login.Name, use.Owner, login.Reader, cancellation);
        return login;
    }
}
