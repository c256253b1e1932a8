using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Functions.Pools;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>Collects everything that a decision about a group is made from.</summary>
internal sealed class GroupReader(GroupStore groups, InputReader inputs, BrokenInstances broken, Lending lending, TimeProvider time)
{
    public async Task<GroupView> ReadAsync(Monitor monitor, GroupState state, CancellationToken cancellation)
    {
        var instances = await groups.ListInstancesAsync(monitor.Tag, cancellation);
        var room = await lending.RoomAsync(monitor, instances, Planner.MostSteps, cancellation);
        var (outside, pressure) = await inputs.ReadAsync(monitor, cancellation);
        var now = time.GetUtcNow();
        return new GroupView
        {
            Monitor = monitor,
            State = state,
            Pressure = RemainingWork.Guess(pressure, state.Memory?.Load),
            Instances = instances,
            Broken = await broken.FindAsync(instances, cancellation),
            Room = room,
            Demands = await groups.Demands.ListAsync(monitor.Tag, cancellation),
            Readings = outside.Signals,
            BlockerReadings = outside.Blockers,
            Now = now,
        };
    }
}
