using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>Collects everything that a decision about a group is made from.</summary>
internal sealed class GroupReader(GroupStore groups, PressureReader pressureReader, BrokenInstances broken, FreeSlots freeSlots, RegistryFeed feed)
{
    public async Task<GroupView> ReadAsync(Monitor monitor, GroupState state, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var instances = await groups.ListInstancesAsync(monitor.Tag, cancellation);
        var free = await freeSlots.CountAsync(monitor.Provider, instances, cancellation);
        var pressure = await pressureReader.ReadAsync(monitor.Tag, cancellation);
        return new GroupView
        {
            Monitor = monitor,
            State = state,
            Pressure = pressure,
            Instances = instances,
            Broken = await broken.FindAsync(instances, cancellation),
            FreeSlots = free,
            Demands = await groups.Demands.ListAsync(monitor.Tag, cancellation),
            Now = pressure.At,
        };
    }
}
