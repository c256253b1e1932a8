using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>Collects everything that a decision about a group is made from.</summary>
internal sealed class GroupReader(GroupStore groups, InputReader inputs, BrokenInstances broken, FreeSlots freeSlots)
{
    public async Task<GroupView> ReadAsync(Monitor monitor, GroupState state, CancellationToken cancellation)
    {
        var instances = await groups.ListInstancesAsync(monitor.Tag, cancellation);
        var free = await freeSlots.CountAsync(monitor.Provider, instances, cancellation);
        var (outside, pressure) = await inputs.ReadAsync(monitor, cancellation);
        return new GroupView
        {
            Monitor = monitor,
            State = state,
            Pressure = RemainingWork.Guess(pressure, state.Memory?.Load),
            Instances = instances,
            Broken = await broken.FindAsync(instances, cancellation),
            FreeSlots = free,
            Demands = await groups.Demands.ListAsync(monitor.Tag, cancellation),
            Readings = outside.Signals,
            BlockerReadings = outside.Blockers,
            Now = pressure.At,
        };
    }
}
