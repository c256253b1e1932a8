using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>Collects everything that a decision about a group is made from.</summary>
internal sealed class GroupReader(GroupStore groups, PressureReader pressureReader, BrokenInstances broken, Lending lending, RegistryFeed feed)
{
    public async Task<GroupView> ReadAsync(Monitor monitor, GroupState state, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var instances = await groups.ListInstancesAsync(monitor.Tag, cancellation);
        var room = await lending.RoomAsync(monitor, instances, EvaluateGroup.MaxSteps, cancellation);
        var pressure = await pressureReader.ReadAsync(monitor.Tag, cancellation);
        return new GroupView
        {
            Monitor = monitor,
            State = state,
            Pressure = pressure,
            Instances = instances,
            Broken = await broken.FindAsync(instances, cancellation),
            Room = room,
            Now = pressure.At,
        };
    }
}
