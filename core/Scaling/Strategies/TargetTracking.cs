using System.Globalization;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Scaling.Strategies;

/// <summary>
/// Keeps every signal at its target by proportion, as the HorizontalPodAutoscaler does: instances that serve, times
/// value over target, rounded up. The highest wish of all signals counts; nothing changes within a tenth of the target.
/// Without signals: seven of ten job slots in use. From none, waiting jobs wake one, whatever the signals say: there is
/// nothing that cores or memory could be measured of.
/// </summary>
public sealed class TargetTracking : IAllocateStrategy
{
    private const double Tolerance = 0.1, DefaultUse = 0.7;

    /// <inheritdoc/>
    public string Name => "TargetTracking";

    /// <inheritdoc/>
    public Proposal Propose(GroupView group)
    {
        var values = SignalValue.Of(group);
        if (group.Policy.Signals.Count == 0)
            values = [Default(group)];
        if (group.Base == 0 && group.Pressure.Queued > 0)
            return new(1, "wake", "jobs wait and there is no instance", "");
        var wishes = values.Where(value => value.IsFresh).Select(value => (value.Signal.Name, Value: value.Value!.Value, Count: Wish(value, group))).ToList();
        if (wishes.Count == 0)
            return new(group.Base, "hold", "no signal has a value that counts", "") { IsBlind = true };
        var (name, value, count) = wishes.MaxBy(wish => wish.Count);
        var rule = count > group.Base ? "over-target" : count < group.Base ? "under-target" : "hold";
        return new(count, rule, string.Create(CultureInfo.InvariantCulture, $"{name} is {value:0.##}, which asks for {count}"), "")
        {
            IsBlind = wishes.Count < values.Count,
        };
    }

    private static SignalValue Default(GroupView group)
    {
        var jobs = (group.Pressure.Running + group.Pressure.Queued) / (double)Math.Max(1, group.Ready.Count());
        return new(new Signal { Name = "jobs", Kind = SignalKind.JobsPerInstance, Target = DefaultUse * group.SlotsPerInstance }, jobs, TimeSpan.Zero);
    }

    private static int Wish(SignalValue value, GroupView group)
    {
        var ratio = value.Value!.Value / value.Signal.Target;
        if (Math.Abs(ratio - 1) <= Tolerance)
            return group.Base;
        // Counted from those that serve: what boots has taken no part in the value yet. From none, a wish wakes one.
        var wish = Math.Ceiling(Math.Max(1, group.Ready.Count()) * ratio);
        return (int)Math.Clamp(wish, 0, int.MaxValue / 2);
    }
}
