using ControlPlane.Core.Groups;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>The monitors as their watches see them, and what goes with one of them.</summary>
internal sealed class WatchedGroups(Registry<Monitor> monitors, Registry<Group> groups)
{
    public async Task<Monitor?> FindAsync(string name, CancellationToken cancellation) => (await monitors.FindAsync(name, cancellation))?.Value;

    /// <summary>Removes a monitor of which nothing is left, after what its group served from.</summary>
    public async Task ForgetAsync(Monitor monitor, CancellationToken cancellation)
    {
        await groups.RemoveAsync(monitor.Tag, cancellation: cancellation);
        await monitors.RemoveAsync(monitor.Name, cancellation: cancellation);
    }
}
