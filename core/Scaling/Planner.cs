using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;

namespace ControlPlane.Core.Scaling;

/// <summary>Turns a strategy's wish into a decision that keeps every limit.</summary>
public static class Planner
{
    /// <summary>Decides. Never lets the group have more than max instances, those starting and leaving counted.</summary>
    public static (Decision Decision, GroupState State) Decide(GroupView group, IAllocateStrategy strategy)
    {
        var proposal = group.Monitor.IsRemoving
            ? new Proposal(0, "remove", "the monitor is being removed", "")
            : strategy.Propose(group);
        var desired = new Limits(proposal.Count);
        if (!group.Monitor.IsRemoving)
        {
            desired.AtLeast(group.Monitor.Min, "min", $"the minimum is {group.Monitor.Min}");
            desired.AtMost(group.Monitor.Max, "max", $"the maximum is {group.Monitor.Max}");
        }

        var target = desired.Count;
        var reclaim = Reclaim(group, target);
        var start = NewInstances(group, desired, target - group.Current - reclaim.Count);
        var retire = Victims(group, desired, group.Current - target);
        string[] leaving = [.. group.Broken.Keys.Order(StringComparer.Ordinal), .. retire];

        var sequence = group.State.Sequence + 1;
        var action = start.Count + reclaim.Count > 0 ? ScalingAction.Grow
            : retire.Count > 0 ? ScalingAction.Shrink
            : leaving.Length > 0 ? ScalingAction.Replace
            : ScalingAction.None;
        var decision = new Decision
        {
            Id = $"{group.Monitor.Tag}/{sequence}",
            Monitor = group.Monitor.Name,
            Tag = group.Monitor.Tag,
            Sequence = sequence,
            At = group.Now,
            Action = action,
            Reason = "",
            Rule = proposal.Rule,
            Current = group.Current,
            Proposed = proposal.Count,
            Clamps = desired.Clamps,
            Desired = desired.Count,
            Start = start,
            Reclaim = reclaim,
            Retire = leaving,
            Min = group.Monitor.Min,
            Max = group.Monitor.Max,
            Strategy = group.Monitor.Strategy,
            Pressure = group.Pressure,
            Samples = proposal.Samples,
            Starting = group.Starting,
            Leaving = group.Leaving,
            NextLook = group.Now + group.Monitor.Period,
        };
        var state = group.State with
        {
            Sequence = sequence,
            // Growth that found no place is not owed: while it is needed, it is asked for again. Otherwise every look of a
            // long backoff would add one, and all would start at its end.
            // Nor are backends that people add and take away as they like: without one, the group has one less.
            Target = Math.Max(0, Math.Min(target, Math.Max(desired.Count, group.Meant)) - group.ByHand),
            // What was seen before a change says nothing of the group after it.
            Samples = action == ScalingAction.None ? proposal.Samples : "",
            NextInstance = group.State.NextInstance + start.Count,
        };
        return (decision with { Reason = Words.Explain(decision, proposal, group) }, state);
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
            .Where(instance => instance is { Phase: InstancePhase.Retiring, IsBroken: false } && draining.Contains(instance.Name))
            .OrderByDescending(instance => instance.OrderedAt)
            .ThenBy(instance => instance.Name, StringComparer.Ordinal)
            .Take(Math.Max(0, target - group.Current))
            .Select(instance => instance.Name)];
    }

    private static List<string> NewInstances(GroupView group, Limits desired, int wanted)
    {
        if (wanted <= 0)
            return [];
        var without = desired.Count - wanted;
        if (group.State.RetryAt > group.Now)
        {
            desired.AtMost(without, "backoff", $"the last start failed ({group.State.FailureReason}); {group.State.Failures} in a row, trying again in {Words.Span(group.State.RetryAt.Value - group.Now)}");
        }

        var room = group.Monitor.Max - group.Current - group.Leaving;
        desired.AtMost(without + Math.Max(0, room), "leaving", "instances that are still leaving count towards the maximum");
        desired.AtMost(without + Math.Clamp(group.FreeSlots, 0, wanted), "slots", "the pool has no more free slots");
        return [.. Enumerable.Range(group.State.NextInstance, desired.Count - without).Select(number => $"{group.Monitor.Tag}-{number}")];
    }

    /// <summary>
    /// One that does not serve leaves first, then the one with the fewest jobs, then the oldest. Backends added by hand
    /// are never stopped, and the minimum must serve already: one that starts may fail.
    /// </summary>
    private static List<string> Victims(GroupView group, Limits desired, int wanted)
    {
        if (wanted <= 0)
            return [];
        if (!group.Monitor.IsRemoving)
        {
            var spare = Math.Max(0, group.Current - group.Starting - group.Monitor.Min);
            desired.AtLeast(group.Current - spare, "serving", $"{group.Starting} of them still start, and {group.Monitor.Min} must serve");
        }

        var loads = group.Pressure.Backends.ToDictionary(backend => backend.Name, StringComparer.Ordinal);
        var candidates = group.Instances
            .Where(instance => instance.Phase == InstancePhase.Running && !group.Broken.ContainsKey(instance.Name))
            .OrderBy(instance => loads.GetValueOrDefault(instance.Name)?.State == BackendState.Ready)
            .ThenBy(instance => loads.GetValueOrDefault(instance.Name)?.Jobs ?? 0)
            .ThenBy(instance => instance.OrderedAt)
            .ThenBy(instance => instance.Name, StringComparer.Ordinal)
            .Take(group.Current - desired.Count)
            .Select(instance => instance.Name)
            .ToList();
        desired.AtLeast(group.Current - candidates.Count, "stoppable", "the others are starting, or were added by hand and are never stopped");
        return candidates;
    }
}
