using ControlPlane.Core.Groups;
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
        var all = await groups.ListInstancesAsync(monitor.Tag, cancellation);
        var room = await lending.RoomAsync(monitor, all, Planner.MostSteps, cancellation);
        var (outside, pressure, serving) = await inputs.ReadAsync(monitor, cancellation);

        // The other side's instances are the upgrade's business: they bear none of the load, and stop when it says so.
        var instances = monitor.IsRemoving ? all : [.. all.Where(instance => (serving ?? Group.First(monitor.Tag)).Serves(instance.Epoch))];
        var now = time.GetUtcNow();
        return new GroupView
        {
            Monitor = monitor,
            State = state,
            Pressure = RemainingWork.Guess(pressure, state.Memory?.Load),
            Instances = instances,
            Broken = await broken.FindAsync(instances, cancellation),
            Room = room,
            Serving = serving,
            Demands = await groups.Demands.ListAsync(monitor.Tag, cancellation),
            Readings = outside.Signals,
            BlockerReadings = outside.Blockers,
            Now = now,
        };
    }
}
