using ControlPlane.Core.Backends;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Core.Scaling;

/// <summary>
/// Whether a group may be left alone for a while, and for how long. It may while nothing is asked of it that it could not
/// bear, nothing about it is on its way, and the last look came to the same. Each calm look lets it sleep twice as long
/// as the one before: what changes by itself is then seen at the latest when it has lasted as long again.
/// </summary>
public static class Calm
{
    /// <summary>The longest sleep unless set otherwise: 96 looks a day.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The longest sleep of a group that has more than its minimum. Nobody wakes it when load falls away, and what is too
    /// much is paid for until the next look.
    /// </summary>
    public static readonly TimeSpan LongestPauseAboveMin = TimeSpan.FromMinutes(1);

    /// <summary>Limits that hold by themselves until something happens, or until a moment that <see cref="NextChange"/> knows.</summary>
    private static readonly string[] Lasting = ["min", "max", "stoppable", "in-cooldown", "pause", "scale", "alert"];

    /// <summary>Whether nothing about the group needs a look soon.</summary>
    /// <param name="group">What the decision was made from.</param>
    /// <param name="decision">What was decided.</param>
    public static bool IsCalm(GroupView group, Decision decision) =>
        decision.Action == ScalingAction.None
        && decision.Desired == decision.Current
        && decision.Clamps.All(clamp => Lasting.Contains(clamp.Name))
        && !group.Monitor.IsRemoving
        && !(group.State.RetryAt > group.Now)
        && IsAtRest(group)
        && IsLightlyLoaded(group)
        && IsToldEverything(group);

    /// <summary>How long a calm group may sleep, were nothing due before.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="period">The monitor's period: the first sleep, and never less than it.</param>
    /// <param name="before">The last sleep of this kind; null when the look before this one was not calm.</param>
    /// <param name="longest">The longest sleep.</param>
    public static TimeSpan Pause(Decision decision, TimeSpan period, TimeSpan? before, TimeSpan longest)
    {
        var bound = decision.Desired > decision.Min && decision.Clamps.Count == 0 ? Least(longest, LongestPauseAboveMin) : longest;
        var pause = before is null ? period : Least(before.Value * 2, bound);
        return pause < period ? period : pause;
    }

    /// <summary>The next moment at which something changes by itself: a schedule, a pause, a demand, a clock, a forecast; null when none is near.</summary>
    /// <param name="group">What the decision was made from.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="strategy">The group's strategy.</param>
    /// <param name="horizon">How far to look.</param>
    public static DateTimeOffset? NextChange(GroupView group, Decision decision, IAllocateStrategy strategy, TimeSpan horizon)
    {
        var schedules = group.Policy.Schedules.Select(schedule => schedule.NextChange(group.Now, horizon));
        var demands = group.Demands.Select(demand => (DateTimeOffset?)demand.Until);
        DateTimeOffset?[] others = [decision.NextOut, decision.NextIn, group.Policy.Pause?.Until, strategy.NextChange(group)];
        return schedules.Concat(demands).Concat(others).Where(moment => moment > group.Now && moment <= group.Now + horizon).Min();
    }

    /// <summary>
    /// How many jobs in hand must wake the group before its time: when half of what was free has been taken. By then no
    /// strategy would have grown yet, or would have only just.
    /// </summary>
    public static int WakesAt(GroupView group)
    {
        var bearable = Bearable(group);
        var running = group.Pressure.Running;
        return Math.Max(running + 1, (int)Math.Ceiling((running + bearable) / 2));
    }

    private static bool IsAtRest(GroupView group) =>
        group.Starting == 0
        && group.Leaving == 0
        && group.Pressure.Backends.All(backend => !backend.IsManaged || backend.State == BackendState.Ready);

    /// <summary>Something is free: no job waits, a backend has none, and at most half of what can be borne is used.</summary>
    private static bool IsLightlyLoaded(GroupView group)
    {
        var ready = group.Ready.ToList();
        return group.Pressure.Queued == 0
            && (ready.Count == 0 || ready.Exists(backend => backend.Jobs == 0))
            && group.Pressure.Running <= Bearable(group) / 2
            && !(group.Policy.SparesJobsOver is not null && group.Pressure.Running > 0);
    }

    /// <summary>
    /// What comes from outside must be asked for, and a router that is silent must be listened for. A blocker need not be
    /// asked while it holds nothing back: one that does shows as a clamp, and whoever wakes the group asks it anew.
    /// </summary>
    private static bool IsToldEverything(GroupView group) =>
        Inputs.Missing(group).Count == 0
        && group.Policy.Signals.All(signal => signal.Kind is SignalKind.JobsPerInstance or SignalKind.QueueWait);

    /// <summary>Jobs that the group can have in hand before any of its signals asks for more.</summary>
    private static double Bearable(GroupView group)
    {
        var ready = group.Ready.Count();
        var bounds = group.Policy.Signals
            .Where(signal => signal.Kind == SignalKind.JobsPerInstance)
            .Select(signal => Math.Min(signal.Target, signal.High ?? signal.Target) * ready);
        return bounds.Append(group.Pressure.Capacity).Min();
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
