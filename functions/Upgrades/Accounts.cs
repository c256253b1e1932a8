using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Functions.Databases;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>The accounts of a side's engines: one that writes and one that only reads, for each epoch.</summary>
internal sealed class Accounts(DatabaseServers servers, AccountSecrets secrets)
{
    /// <summary>How long sessions may take to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Makes those that are missing, and leaves those that are there as they are.</summary>
    public async Task EnsureAsync(Monitor monitor, Side side, CancellationToken cancellation)
    {
        var (fence, use) = (FenceOf(monitor), monitor.Database!);
        await fence.EnsureAsync(DatabaseOf(use, side), use.Owner, secrets.Writer(use, side.Epoch), cancellation);
        await fence.EnsureAsync(DatabaseOf(use, side), use.Owner, secrets.Reader(use, side.Epoch), cancellation);
    }

    /// <summary>Makes those that are missing, and lets both of them only read: nobody writes to a copy that still follows.</summary>
    public async Task EnsureForReadingAsync(Monitor monitor, Side side, CancellationToken cancellation)
    {
        var (fence, use) = (FenceOf(monitor), monitor.Database!);
        await fence.EnsureAsync(DatabaseOf(use, side), use.Owner, secrets.Writer(use, side.Epoch) with { IsReadOnly = true }, cancellation);
        await fence.EnsureAsync(DatabaseOf(use, side), use.Owner, secrets.Reader(use, side.Epoch), cancellation);
    }

    /// <summary>Lets both use the side's database, also after a fence.</summary>
    public async Task AdmitAsync(Monitor monitor, Side side, CancellationToken cancellation)
    {
        var (fence, use) = (FenceOf(monitor), monitor.Database!);
        await fence.AdmitAsync(DatabaseOf(use, side), use.Owner, secrets.Writer(use, side.Epoch), cancellation);
        await fence.AdmitAsync(DatabaseOf(use, side), use.Owner, secrets.Reader(use, side.Epoch), cancellation);
    }

    /// <summary>Shuts out the one that writes, and proves it with its own login.</summary>
    /// <param name="monitor">The group's monitor.</param>
    /// <param name="side">The side.</param>
    /// <param name="isReaderToo">Whether the one that only reads is shut out as well.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<FenceProof> ExcludeAsync(Monitor monitor, Side side, bool isReaderToo, CancellationToken cancellation)
    {
        var (fence, use) = (FenceOf(monitor), monitor.Database!);
        if (isReaderToo)
            await fence.ExcludeAsync(DatabaseOf(use, side), use.ReaderOf(side.Epoch), Patience, cancellation);
        await fence.ExcludeAsync(DatabaseOf(use, side), use.AccountOf(side.Epoch), Patience, cancellation);
        return await fence.ProveAsync(DatabaseOf(use, side), secrets.Writer(use, side.Epoch), cancellation);
    }

    /// <summary>Removes both, and with them their sessions. Their database may be gone already.</summary>
    public async Task RemoveAsync(Monitor monitor, Side side, CancellationToken cancellation)
    {
        var (fence, use) = (FenceOf(monitor), monitor.Database!);
        await fence.RemoveAsync(use.AccountOf(side.Epoch), cancellation);
        await fence.RemoveAsync(use.ReaderOf(side.Epoch), cancellation);
    }

    private IDatabaseFence FenceOf(Monitor monitor) =>
        servers.Find(monitor.Database!.Server)?.Fence ?? throw new DatabaseFailedException(servers.Missing(monitor.Database.Server));

    private static string DatabaseOf(DatabaseUse use, Side side) => side.Database ?? use.Name;
}
