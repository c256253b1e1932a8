using ControlPlane.Core.Groups;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Strategies;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Activities;

/// <summary>
/// One look at a group: decide, store the decision with the rows of what it orders, and only then start to carry it
/// out. Called again after a crash, it finds the decision that it stored and carries that one out. A decision that says
/// what the last one said is not stored: called again, the look is taken again.
/// </summary>
internal sealed class EvaluateGroup(WatchedGroups watched, GroupStore groups, GroupReader reader, LastLooks looks, DecisionWork work)
{
    public async Task<WatchResult> RunAsync(WatchInput input, CancellationToken cancellation)
    {
        if (await watched.FindAsync(input.Monitor, cancellation) is not { } monitor || monitor.Tag != input.Tag)
            return new WatchResult(0, TimeSpan.Zero, IsOver: true);

        var look = await LookAsync(monitor, input, cancellation);
        await work.CarryOutAsync(monitor, look.Decision, cancellation);

        var isOver = monitor.IsRemoving && (await groups.ListInstancesAsync(input.Tag, cancellation)).Count == 0;
        if (isOver)
        {
            await watched.ForgetAsync(monitor, cancellation);
            looks.Forget(input.Tag);
        }

        return new WatchResult(look.Decision.Sequence, look.Pause, isOver, look.Calm);
    }

    private async Task<Look> LookAsync(Monitor monitor, WatchInput input, CancellationToken cancellation)
    {
        while (true)
        {
            var (state, etag) = await groups.ReadStateAsync(monitor.Tag, cancellation);
            // A decision is stored together with a state that is not older, so that a state that is has none to find.
            if (input.Look is { } number && number <= state.Sequence && await groups.FindDecisionAsync(input.Tag, number, cancellation) is { } stored)
                return new Look { Decision = stored, At = stored.At, Pause = monitor.Period, Monitor = monitor };

            var view = await reader.ReadAsync(monitor, state, cancellation);
            var (decision, next) = Planner.Decide(view, AllocateStrategies.Find(monitor.Strategy)!);
            var look = await looks.ConsiderAsync(view, decision, next, input.Calm, cancellation);
            if (look.Decision.Sequence == decision.Sequence && !await StoreAsync(monitor, view, look.Decision, next, etag, cancellation))
                continue;
            looks.Remember(monitor.Tag, look);
            return look;
        }
    }

    /// <summary>False when the group is not as it was seen any more.</summary>
    private async Task<bool> StoreAsync(Monitor monitor, GroupView view, Decision decision, GroupState next, string? etag, CancellationToken cancellation)
    {
        var ordered = decision.Start.Select(name => Order(view, name));
        var leaving = decision.Retire.ToHashSet(StringComparer.Ordinal);
        var changed = new List<Row<Instance>>();
        foreach (var instance in view.Instances.Where(instance => leaving.Contains(instance.Name)))
        {
            // Another group may have asked for its slot since it was seen: that must not be undone.
            if (await groups.FindInstanceAsync(instance.Tag, instance.Name, cancellation) is not { } row || row.Value != instance)
                return false;
            changed.Add(row with { Value = Leave(instance, monitor, view, decision) });
        }

        return await groups.CommitAsync(decision, next, etag, ordered, changed, cancellation);
    }

    private static Instance Leave(Instance instance, Monitor monitor, GroupView view, Decision decision) => instance with
    {
        Phase = InstancePhase.Retiring,
        LeaveReason = decision.Reason,
        IsBroken = view.Broken.ContainsKey(instance.Name),
        DrainDeadline = monitor.DrainDeadline,
    };

    private static Instance Order(GroupView view, string name)
    {
        var (monitor, side) = (view.Monitor, (view.Serving ?? Group.First(view.Monitor.Tag, view.Monitor.Database?.Name)).LiveSide);
        return new Instance
        {
            Name = name,
            Monitor = monitor.Name,
            Tag = monitor.Tag,
            Provider = monitor.Provider,
            Pool = monitor.Pool,
            Profile = side.Profile ?? monitor.Profile,
            Version = side.Version,
            Epoch = side.Epoch,
            Database = side.Database,
            OrderedAt = view.Now,
        };
    }
}
