using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Core.Scaling;

/// <summary>Turns a strategy's wish into a decision that keeps every limit.</summary>
public static class Planner
{
    /// <summary>The most instances that one decision starts, and the most that it tells to leave: what it changes is stored in one transaction.</summary>
    public const int MostSteps = 40;

    /// <summary>Decides. Never lets the group have more than max instances, those starting and leaving counted.</summary>
    public static (Decision Decision, GroupState State) Decide(GroupView group, IAllocateStrategy strategy)
    {
        var proposal = group.Monitor.IsRemoving
            ? new Proposal(0, "remove", "the monitor is being removed", "")
            : strategy.Propose(group);
        var bounds = Bounds.At(group);
        var memory = Remember(group, proposal);
        var clocks = new Clocks(group, memory);
        var desired = new Limits(proposal.Count);
        if (!group.Monitor.IsRemoving)
            new Guards(group, proposal, desired).Apply(bounds, clocks, memory);

        var target = desired.Count;
        var steps = HandsOff.Of(group) is { } off ? off.Hold(group, desired) : Plan(group, bounds, desired);
        var allowed = NextAllowed.Of(group, proposal, clocks, memory);
        var decision = Describe(group, proposal, desired, steps) with
        {
            Min = bounds.Min,
            Max = bounds.Max,
            NextOut = allowed.Out,
            NextIn = allowed.In,
        };
        var state = group.State with
        {
            Sequence = decision.Sequence,
            // Growth that found no place is not owed: while it is needed, it is asked for again. Otherwise every look of a
            // long backoff would add one, and all would start at its end.
            // Nor are backends that people add and take away as they like: without one, the group has one less.
            Target = steps.IsHeld ? group.State.Target : Math.Max(0, Math.Min(target, Math.Max(desired.Count, group.Meant)) - group.ByHand),
            // What was seen before a change says nothing of the group after it.
            Samples = decision.Action == ScalingAction.None ? proposal.Samples : "",
            NextInstance = group.State.NextInstance + steps.Start.Count,
            Memory = decision.Action == ScalingAction.Shrink ? memory with { ShrankAt = group.Now } : memory,
        };
        return (decision with { Reason = Words.Explain(decision, proposal, group) }, state);
    }

    private static Decision Describe(GroupView group, Proposal proposal, Limits desired, Steps steps)
    {
        var sequence = group.State.Sequence + 1;
        return new Decision
        {
            Id = $"{group.Monitor.Tag}/{sequence}",
            Monitor = group.Monitor.Name,
            Tag = group.Monitor.Tag,
            Sequence = sequence,
            At = group.Now,
            Action = steps.Action,
            Reason = "",
            Rule = proposal.Rule,
            Current = group.Current,
            Proposed = proposal.Count,
            Clamps = desired.Clamps,
            Desired = desired.Count,
            Start = steps.Start,
            Reclaim = steps.Reclaim,
            Retire = steps.Leaving,
            Min = group.Monitor.Min,
            Max = group.Monitor.Max,
            Strategy = group.Monitor.Strategy,
            Pressure = group.Pressure,
            Samples = proposal.Samples,
            Starting = group.Starting,
            Leaving = group.Leaving,
            Inputs = Inputs.Of(group),
            AtRisk = Victims.AtRisk(group, steps.Leaving),
            NextLook = Demands.NextEnd(group) is { } end && end - group.Now < group.Monitor.Period ? end : group.Now + group.Monitor.Period,
        };
    }

    /// <summary>What is remembered of this look, whatever is decided.</summary>
    private static ScalingMemory Remember(GroupView group, Proposal proposal)
    {
        var memory = group.Memory with { Boots = group.Memory.Boots.Learn(group.Instances), Load = proposal.Load ?? Learned(group) };
        var window = Guards.Window(group.Policy, memory);
        return window > TimeSpan.Zero ? memory.WithWish(proposal.Count, group.Now, window, group.Monitor.Period) : memory;
    }

    /// <summary>A strategy that does not go by the load learns none; who may leave is chosen by the length of jobs whatever the strategy.</summary>
    private static LoadMemory? Learned(GroupView group) => Inputs.IsPressureWhole(group)
        ? LoadMemory.AfterJobs(group.Memory.Load, group.Pressure, group.Monitor.Period)
        : group.Memory.Load;

    private static Steps Plan(GroupView group, Bounds bounds, Limits desired)
    {
        var target = desired.Count;
        var reclaim = Reclaim(group, target);
        var start = NewInstances(group, bounds, desired, target - group.Current - reclaim.Count);
        var broken = group.Broken.Keys.Order(StringComparer.Ordinal).Take(MostSteps).ToList();
        var retire = Retire(group, bounds, desired, group.Current - target, MostSteps - broken.Count);
        return new Steps(start, reclaim, retire, broken);
    }

    /// <summary>Instances that still drain come back before a new one is ordered: they serve at once.</summary>
    private static List<string> Reclaim(GroupView group, int target)
    {
        if (group.Monitor.IsRemoving)
            return [];
        var draining = group.Pressure.Backends
            .Where(backend => backend is { IsManaged: true, State: BackendState.Draining })
            .Select(backend => backend.Name)
            .ToHashSet(StringComparer.Ordinal);
        return [.. group.Instances
            .Where(instance => instance is { Phase: InstancePhase.Retiring, IsBroken: false, IsCallBackRefused: false, RecallBy: null } && draining.Contains(instance.Name))
            .OrderByDescending(instance => instance.OrderedAt)
            .ThenBy(instance => instance.Name, StringComparer.Ordinal)
            .Take(Math.Max(0, target - group.Current))
            .Select(instance => instance.Name)];
    }

    private static List<string> NewInstances(GroupView group, Bounds bounds, Limits desired, int wanted)
    {
        if (wanted <= 0)
            return [];
        var without = desired.Count - wanted;
        if (group.State.RetryAt > group.Now)
        {
            desired.AtMost(without, "backoff", $"the last start failed ({group.State.FailureReason}); {group.State.Failures} in a row, trying again in {Words.Span(group.State.RetryAt.Value - group.Now)}");
        }

        var room = bounds.Max - group.Current - group.Leaving;
        desired.AtMost(without + Math.Max(0, room), "leaving", "instances that are still leaving count towards the maximum");
        desired.AtMost(without + Math.Clamp(group.Room.Count, 0, wanted), group.Room.Limit, group.Room.Reason);
        return [.. Enumerable.Range(group.State.NextInstance, desired.Count - without).Select(number => $"{group.Monitor.Tag}-{number}")];
    }

    /// <summary>Backends added by hand are never stopped, and the minimum must serve already: one that starts may fail.</summary>
    private static List<string> Retire(GroupView group, Bounds bounds, Limits desired, int wanted, int most)
    {
        if (wanted <= 0)
            return [];
        if (!group.Monitor.IsRemoving)
        {
            var spare = Math.Max(0, group.Current - group.Starting - bounds.Min);
            desired.AtLeast(group.Current - spare, "serving", $"{group.Starting} of them still start, and {bounds.Min} must serve");
        }

        desired.AtLeast(group.Current - most, Room.Batch, $"one decision stops at most {MostSteps}");
        var candidates = Victims.InOrder(group).Take(group.Current - desired.Count).Select(instance => instance.Name).ToList();
        desired.AtLeast(group.Current - candidates.Count, "stoppable", Victims.StayReason(group));
        return candidates;
    }
}
