using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>What must hold of every decision, whatever the group looks like. Shared by the tests of single looks and of whole histories.</summary>
internal static class PlannerRules
{
    public delegate bool Rule(GroupView view, Decision decision, GroupState next);

    public static IReadOnlyDictionary<string, Rule> All { get; } = new Dictionary<string, Rule>
    {
        ["never starts one beyond max, starting and leaving ones counted"] = (view, decision, _) =>
            decision.Start.Count == 0 || view.Current + Leaving(view) + decision.Start.Count <= view.Monitor.Max,
        ["never calls one back beyond max"] = (view, decision, _) =>
            decision.Reclaim.Count == 0 || view.Current + decision.Reclaim.Count + decision.Start.Count <= view.Monitor.Max,
        ["never retires a serving instance below min"] = (view, decision, _) =>
            view.Monitor.IsRemoving || Retired(view, decision) == 0 || view.Current - view.Starting - Retired(view, decision) >= view.Monitor.Min,
        ["retires only running instances of its own"] = (view, decision, _) =>
            decision.Retire.All(name => view.Instances.Any(instance => instance.Name == name && instance.Phase == InstancePhase.Running)),
        ["never stops a backend that was added by hand"] = (view, decision, _) =>
            !decision.Retire.Intersect(view.Pressure.Backends.Where(backend => !backend.IsManaged).Select(backend => backend.Name)).Any(),
        ["retires none as idle that is new"] = (view, decision, _) =>
            decision.Rule != "idle" || !view.Ready.Any(backend => backend.Jobs == 0 && view.IsNew(backend) && decision.Retire.Contains(backend.Name)),
        ["holding, starts only what is missing of its own or of the minimum"] = (view, decision, _) =>
            decision.Rule != "hold"
            || decision.Start.Count + decision.Reclaim.Count <= Math.Max(view.Meant, view.Monitor.Min) - view.Current
            || !Grows(decision),
        ["retires every broken instance"] = (view, decision, _) => !view.Broken.Keys.Except(decision.Retire).Any(),
        ["starts nothing before the time to try again"] = (view, decision, _) => !(view.State.RetryAt > view.Now) || decision.Start.Count == 0,
        ["starts no more than there are slots"] = (view, decision, _) => decision.Start.Count <= Math.Max(0, view.Room.Count),
        ["calls back all that can come back before it starts a new one"] = (view, decision, _) =>
            decision.Start.Count == 0 || !Reclaimable(view).Except(decision.Reclaim).Any(),
        ["calls back only draining instances that are sound"] = (view, decision, _) => !decision.Reclaim.Except(Reclaimable(view)).Any(),
        ["grows or retires sound instances, never both"] = (view, decision, _) => !Grows(decision) || Retired(view, decision) == 0,
        ["starts nothing for a monitor that is being removed"] = (view, decision, _) => !view.Monitor.IsRemoving || !Grows(decision),
        ["desired is what is there and what is done"] = (view, decision, _) =>
            decision.Desired == view.Current + decision.Start.Count + decision.Reclaim.Count - Retired(view, decision),
        ["desired is within min and max unless a clamp says why"] = (view, decision, _) =>
            (decision.Desired >= view.Monitor.Min && decision.Desired <= view.Monitor.Max)
            || view.Monitor.IsRemoving
            || decision.Clamps.Any(clamp => clamp.Name is not ("min" or "max")),
        ["clamps lead from the proposal to the outcome"] = (_, decision, _) =>
            decision.Clamps.Select(clamp => clamp.Before).Append(decision.Desired)
                .SequenceEqual(decision.Clamps.Select(clamp => clamp.After).Prepend(decision.Proposed)),
        ["each clamp changes something and says why"] = (_, decision, _) =>
            decision.Clamps.All(clamp => clamp.Before != clamp.After && clamp.Name.Length > 0 && clamp.Reason.Length > 0),
        ["the reason names every instance, and every clamp's reason"] = (_, decision, _) =>
            decision.Reason.Length > 0
            && decision.Start.Concat(decision.Reclaim).Concat(decision.Retire).All(name => decision.Reason.Contains(name, StringComparison.Ordinal))
            && decision.Clamps.All(clamp => decision.Reason.Contains(clamp.Reason, StringComparison.Ordinal)),
        ["new names are new"] = (view, decision, next) =>
            decision.Start.SequenceEqual(Enumerable.Range(view.State.NextInstance, decision.Start.Count).Select(number => $"{view.Monitor.Tag}-{number}"))
            && next.NextInstance == view.State.NextInstance + decision.Start.Count,
        ["no instance is named twice"] = (_, decision, _) =>
            decision.Start.Concat(decision.Reclaim).Concat(decision.Retire).GroupBy(name => name).All(group => group.Count() == 1),
        ["the action says what is done"] = (view, decision, _) => decision.Action == (
            Grows(decision) ? ScalingAction.Grow
            : Retired(view, decision) > 0 ? ScalingAction.Shrink
            : decision.Retire.Count > 0 ? ScalingAction.Replace
            : ScalingAction.None),
        ["the target stays within the bounds"] = (view, _, next) =>
            next.Target >= 0 && next.Target <= view.Monitor.Max && (!view.Monitor.IsRemoving || next.Target == 0),
        ["the target is at most what there is or was meant to be"] = (view, decision, next) =>
            next.Target <= Math.Max(decision.Desired, view.State.Target),
        ["samples stay until something is done"] = (_, decision, next) =>
            next.Samples == (decision.Action == ScalingAction.None ? decision.Samples : ""),
        ["the inputs are kept"] = (view, decision, next) =>
            (decision.Min, decision.Max, decision.Strategy, decision.Current, decision.Starting, decision.Leaving)
                == (view.Monitor.Min, view.Monitor.Max, view.Monitor.Strategy, view.Current, view.Starting, view.Leaving)
            && ReferenceEquals(decision.Pressure, view.Pressure)
            && decision.At == view.Now
            && decision.NextLook == view.Now + view.Monitor.Period
            && decision.Sequence == view.State.Sequence + 1
            && next.Sequence == decision.Sequence
            && decision.Id == $"{view.Monitor.Tag}/{decision.Sequence}",
        ["failures are neither forgotten nor counted by a look"] = (view, _, next) =>
            (next.Failures, next.FailureReason, next.RetryAt) == (view.State.Failures, view.State.FailureReason, view.State.RetryAt),
    };

    /// <summary>The rules that a decision breaks; empty for a right one.</summary>
    public static IEnumerable<string> Broken(GroupView view, Decision decision, GroupState next) =>
        All.Where(rule => !rule.Value(view, decision, next)).Select(rule => rule.Key);

    private static bool Grows(Decision decision) => decision.Start.Count + decision.Reclaim.Count > 0;

    private static int Retired(GroupView view, Decision decision) => decision.Retire.Except(view.Broken.Keys).Count();

    private static int Leaving(GroupView view) =>
        view.Instances.Count(instance => instance.Phase == InstancePhase.Retiring || view.Broken.ContainsKey(instance.Name));

    private static IEnumerable<string> Reclaimable(GroupView view) =>
        from instance in view.Instances
        where instance is { Phase: InstancePhase.Retiring, IsBroken: false, IsCallBackRefused: false, RecallBy: null }
        where view.Pressure.Backends.Any(backend => backend.Name == instance.Name && backend.State == BackendState.Draining)
        select instance.Name;
}
