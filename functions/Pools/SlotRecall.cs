using System.Globalization;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Pools;

/// <summary>
/// Carries out what a decision that lacked slots asks for: slots of the group's own that others borrow come back. The lease
/// is marked first, and whatever is marked is told to leave with every such decision, so that no crash between the two
/// leaves a borrower alone with a slot that it was to give back.
/// </summary>
internal sealed class SlotRecall(Lending lending, GroupStore groups, InstanceWork work, GroupWake wake, TimeProvider time)
{
    public async Task RunAsync(Monitor monitor, Decision decision, CancellationToken cancellation)
    {
        // Of what a budget refuses, the group's own slots may be cheap enough: what is asked back, the budgets must allow.
        var lacking = decision.Clamps.Where(clamp => clamp.Name is Room.Slots or Room.Budget).Sum(clamp => clamp.Before - clamp.After);
        if (lacking <= 0)
            return;
        foreach (var lease in await lending.RecallAsync(monitor, lacking, cancellation))
            await TellAsync(lease, cancellation);
    }

    /// <summary>One that still starts is told by a later decision, and has its whole time then.</summary>
    private async Task TellAsync(Lease lease, CancellationToken cancellation)
    {
        var (told, by) = (false, time.GetUtcNow() + lease.RecallDeadline);
        var reason = string.Create(CultureInfo.InvariantCulture, $"Its slot {lease.Slot} goes back to {lease.LentBy}, which needs it, by {by:u}.");
        var instance = await groups.ChangeInstanceAsync(
            lease.Tag,
            lease.Instance!,
            row =>
            {
                told = row is { Phase: not InstancePhase.Starting, RecallBy: null };
                // One that leaves already has its own deadline, and the earlier of the two holds.
                return !told ? row : row with
                {
                    Phase = InstancePhase.Retiring,
                    LeaveReason = reason,
                    DrainDeadline = row.Phase == InstancePhase.Retiring ? row.DrainDeadline : lease.RecallDeadline,
                    RecallBy = by,
                };
            },
            cancellation);
        if (instance is not { Phase: InstancePhase.Retiring })
            return;
        await work.RetireAsync(lease.Tag, lease.Instance!, cancellation);
        if (told)
            await wake.RunAsync(lease.Tag, cancellation);
    }
}
