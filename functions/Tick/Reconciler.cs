using ControlPlane.Core.Instances;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tick;

/// <summary>
/// Compares what should be with what is, and starts whatever is missing: watches of monitors, work on instances whose
/// orchestration is gone; and removes what no row knows. Keeps no state, so it can run anywhere, any number of times.
/// </summary>
internal sealed class Reconciler(
    Registry<Monitor> monitors, GroupStore groups, Leftovers leftovers, Unfinished unfinished, InstanceWork work)
{
    public async Task<Round> RunAsync(CancellationToken cancellation)
    {
        // Everything that only exists because of a row is listed before the rows are read: what is made meanwhile then
        // has a row for certain, and is not taken for a leftover.
        var seen = await leftovers.ListAsync(cancellation);
        var watched = await monitors.ListAsync(cancellation);
        var instances = await groups.ListAllInstancesAsync(cancellation);
        var known = instances.Select(instance => instance.Name).ToHashSet(StringComparer.Ordinal);

        var started = await unfinished.ResumeAsync([.. watched.Select(row => row.Value)], cancellation);
        var monitorNames = watched.Select(row => row.Value.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var instance in instances)
            await ResumeAsync(instance, monitorNames.Contains(instance.Monitor), cancellation);
        await leftovers.RemoveAsync(seen, known, cancellation);
        var areAtRest = instances.All(instance => instance.Phase == InstancePhase.Running && monitorNames.Contains(instance.Monitor));
        return new Round(watched.Count, IsInOrder: started == 0 && areAtRest && !seen.HasOther(known));
    }

    /// <summary>Starts the orchestration that the instance's phase asks for; where it runs already, this does nothing.</summary>
    private async Task ResumeAsync(Instance instance, bool hasMonitor, CancellationToken cancellation)
    {
        InstancePhase? phase = instance.Phase;
        if (phase == InstancePhase.Running && !hasMonitor)
            phase = await RetireWithoutMonitorAsync(instance, cancellation);

        if (phase == InstancePhase.Starting)
            await work.ProvisionAsync(instance.Tag, instance.Name, cancellation);
        else if (phase == InstancePhase.Retiring)
            await work.RetireAsync(instance.Tag, instance.Name, cancellation);
    }

    /// <summary>Decides that the instance leaves; returns its phase then, null when it has gone.</summary>
    private async Task<InstancePhase?> RetireWithoutMonitorAsync(Instance instance, CancellationToken cancellation)
    {
        // The instances were read after the monitors: one that was added between the two is not among them.
        if (await monitors.FindAsync(instance.Monitor, cancellation) is not null)
            return instance.Phase;
        var changed = await groups.ChangeInstanceAsync(
            instance.Tag,
            instance.Name,
            row => row.Phase != InstancePhase.Running ? row : row with
            {
                Phase = InstancePhase.Retiring,
                LeaveReason = "its monitor is gone",
                DrainDeadline = Monitor.DefaultDrainDeadline,
            },
            cancellation);
        return changed?.Phase;
    }

    /// <summary>What a round found.</summary>
    /// <param name="Monitors">How many monitors there are.</param>
    /// <param name="IsInOrder">Whether everything was as it should be, and nothing on its way.</param>
    internal sealed record Round(int Monitors, bool IsInOrder);
}
