using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Pools;

/// <summary>Makes the watch of a group look now, because of what another group has done. Lost wakes only cost time.</summary>
internal sealed class GroupWake(RegistryFeed feed, Watches watches)
{
    public async Task RunAsync(string tag, CancellationToken cancellation)
    {
        if (feed.Current.Monitors.FirstOrDefault(monitor => monitor.Tag == tag) is { } monitor)
            await watches.WakeAsync(monitor, cancellation);
    }
}
