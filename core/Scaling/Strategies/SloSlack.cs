using System.Globalization;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Scaling.Strategies;

/// <summary>
/// Lets jobs wait as long as the service level allows, and orders instances at the last moment at which they still help.
/// Pressure is the expected time to clear what is there against the time that it may take. What can work is what is
/// ready, what boots from the moment at which it is expected, and nothing of what drains.
/// </summary>
/// <remarks>
/// The service level is the target of the policy's <see cref="SignalKind.QueueWait"/> signal, 5 min without one. With W
/// the work that waits, d the demand and C(x) what can be worked within x: for every moment t up to a boot from now,
/// W + d t must be worked by t + 0.9 of the service level, or, where a new instance has not had the time for it, by its
/// boot and 2 min. What is missing, over the time in which a new instance can work, is how many are ordered.
/// </remarks>
public sealed class SloSlack : IAllocateStrategy
{
    /// <summary>The service level of a policy that names none, in seconds.</summary>
    public const double DefaultSloSeconds = 300;

    /// <summary>The share of the service level that is planned with; the rest is for what cannot be foreseen.</summary>
    private const double PlannedShare = 0.9;

    /// <summary>The share of it within which what waits must clear with fewer instances, so that none leaves and is at once missed.</summary>
    private const double CalmShare = 0.8;

    /// <summary>The least time that a new instance is counted on to work. Less would order many for a moment.</summary>
    private const double CatchUpSeconds = 120;

    /// <summary>Shorter, noise is taken for demand; longer, a rise is seen too late.</summary>
    private const int DemandMinutes = 4;

    /// <summary>The time over which fewer instances must do all the work.</summary>
    private const double OutlookSeconds = 1500;

    /// <summary>
    /// How much of its age a running job still costs those that wait: it runs on for about half as long as it has run
    /// already, and slots come free one by one, half of them earlier than the mean.
    /// </summary>
    private const double ShareOfAge = 0.25;

    /// <summary>So much of an instance may be missing: if it is really needed, the next look will miss more.</summary>
    private const double LeftToNextLook = 0.3;

    /// <inheritdoc/>
    public string Name => "SloSlack";

    /// <inheritdoc/>
    public Proposal Propose(GroupView group)
    {
        var load = Inputs.IsPressureWhole(group) ? LoadMemory.After(group.Memory.Load, group.Pressure, group.Monitor.Period) : group.Memory.Load;
        var demand = load?.Mean(DemandMinutes) ?? group.Pressure.Running;
        var capacity = new Capacity(group);
        var plan = new Plan(
            Waiting(group, load),
            demand,
            group.Policy.TargetOf(SignalKind.QueueWait, DefaultSloSeconds),
            (group.Memory.Boots.P95 + group.Monitor.Period).TotalSeconds);

        var missing = (int)Math.Ceiling(Math.Max(Missing(plan, capacity), Reserve(plan, capacity) - group.Current));
        if (missing > 0)
            return new(group.Current + missing, "slo", $"{missing} more are needed: {Words(plan, capacity)}", "") { Load = load };
        var enough = Enough(plan, capacity);
        return enough < group.Base
            ? new(enough, "slack", $"{enough} suffice: {Words(plan, capacity)}", "") { Load = load }
            : new(group.Base, "hold", Words(plan, capacity), "") { Load = load };
    }

    private static double Waiting(GroupView group, LoadMemory? load) =>
        (group.Pressure.Queued * (load?.JobSeconds ?? LoadMemory.UnknownJobSeconds))
        + (ShareOfAge * group.Ready.Sum(backend => backend.RunTime?.TotalSeconds ?? 0));

    /// <summary>Instances that are missing. From none at all, any work wakes one.</summary>
    private static double Missing(Plan plan, Capacity capacity)
    {
        var missing = 0.0;
        var step = Math.Max(1, plan.BootSeconds / 10);
        for (var moment = 0.0; moment <= plan.BootSeconds; moment += step)
        {
            var due = Math.Max(moment + (PlannedShare * plan.SloSeconds), plan.BootSeconds + CatchUpSeconds);
            var work = plan.Waiting + (plan.Demand * moment) - capacity.Within(due);
            missing = Math.Max(missing, work / (capacity.Slots * (due - plan.BootSeconds)));
        }

        return capacity.IsNone ? missing : missing - LeftToNextLook;
    }

    /// <summary>The part of a boot that the service level cannot bridge must be there before it is needed.</summary>
    private static double Reserve(Plan plan, Capacity capacity)
    {
        var gap = plan.BootSeconds - (PlannedShare * plan.SloSeconds);
        var share = gap / plan.BootSeconds * (1 + (plan.BootSeconds / OutlookSeconds));
        return Math.Max(0, plan.Demand * share / capacity.Slots);
    }

    private static int Enough(Plan plan, Capacity capacity)
    {
        var clears = plan.Waiting / (capacity.Slots * CalmShare * plan.SloSeconds);
        var keepsUp = (plan.Waiting + (plan.Demand * OutlookSeconds)) / (capacity.Slots * OutlookSeconds);
        return (int)Math.Ceiling(Math.Max(Reserve(plan, capacity), Math.Max(clears, keepsUp)));
    }

    private static string Words(Plan plan, Capacity capacity) => string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Demand:0.#} of {capacity.ReadySlots:0.#} slots are in demand, and what waits is {plan.Waiting / Math.Max(1, capacity.ReadySlots):0} s of work for them; {plan.SloSeconds:0} s are allowed");

    private sealed record Plan(double Waiting, double Demand, double SloSeconds, double BootSeconds);
}
