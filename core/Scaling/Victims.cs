using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;

namespace ControlPlane.Core.Scaling;

/// <summary>
/// Who leaves first: one that does not serve, then the one with the least work left, then the oldest version, then the
/// oldest. Never one that is protected.
/// </summary>
internal static class Victims
{
    public static IEnumerable<Instance> InOrder(GroupView group)
    {
        var loads = group.Pressure.Backends.ToDictionary(backend => backend.Name, StringComparer.Ordinal);
        var running = group.Instances
            .Where(instance => instance.Phase == InstancePhase.Running && !group.Broken.ContainsKey(instance.Name))
            .Select(instance => (Instance: instance, Load: loads.GetValueOrDefault(instance.Name)))
            .ToList();
        var versions = running
            .GroupBy(one => one.Load?.Version ?? "")
            .ToDictionary(version => version.Key, version => version.Max(one => one.Instance.OrderedAt), StringComparer.Ordinal);
        var isTimeKnown = running.All(one => one.Load is null or { Jobs: 0 } or { RemainingWork: not null });
        return running
            .Where(one => group.Monitor.IsRemoving || MayLeave(one.Load, group))
            .OrderBy(one => one.Load?.State == BackendState.Ready)
            .ThenBy(one => isTimeKnown ? Remaining(one.Load).Ticks : one.Load?.Jobs ?? 0)
            .ThenBy(one => versions[one.Load?.Version ?? ""])
            .ThenBy(one => one.Instance.OrderedAt)
            .ThenBy(one => one.Instance.Name, StringComparer.Ordinal)
            .Select(one => one.Instance);
    }

    /// <summary>Why those that are not in the order stay.</summary>
    public static string StayReason(GroupView group) =>
        group.Monitor.IsRemoving || group.Pressure.Backends.Where(backend => backend.IsManaged).All(backend => MayLeave(backend, group))
            ? "the others are starting, or were added by hand and are never stopped"
            : "the others are starting, are protected, have long jobs, or were added by hand";

    /// <summary>The jobs that the drain deadline will cut off, as far as their length is known.</summary>
    public static IReadOnlyList<JobsAtRisk>? AtRisk(GroupView group, IReadOnlyList<string> leaving)
    {
        var deadline = group.Monitor.DrainDeadline;
        JobsAtRisk[] risks =
        [
            .. group.Pressure.Backends
                .Where(backend => leaving.Contains(backend.Name) && backend.Jobs > 0 && Remaining(backend) > deadline)
                .Select(backend => new JobsAtRisk(backend.Name, backend.Jobs, Remaining(backend), deadline)),
        ];
        return risks.Length == 0 ? null : risks;
    }

    private static bool MayLeave(InstanceLoad? load, GroupView group) =>
        load is not { IsProtected: true } && !IsSpared(load, group.Policy.SparesJobsOver);

    /// <summary>Jobs of which nobody knows how long they run on may be long ones.</summary>
    private static bool IsSpared(InstanceLoad? load, TimeSpan? limit) =>
        limit is not null && load is { Jobs: > 0 } && !(load.RemainingWork <= limit);

    private static TimeSpan Remaining(InstanceLoad? load) => load is { Jobs: > 0 } ? load.RemainingWork ?? TimeSpan.Zero : TimeSpan.Zero;
}
