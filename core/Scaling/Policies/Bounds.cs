namespace ControlPlane.Core.Scaling.Policies;

/// <summary>The minimum and maximum that hold at a moment, and what set each.</summary>
/// <param name="Min">The fewest instances.</param>
/// <param name="Max">The most.</param>
/// <param name="MinSource">The schedule that set the minimum; null when the monitor did.</param>
/// <param name="MaxSource">The schedule that set the maximum; null when the monitor did.</param>
public sealed record Bounds(int Min, int Max, string? MinSource, string? MaxSource)
{
    /// <summary>
    /// Of the schedules that hold now, the highest minimum and the lowest maximum replace the monitor's own. A maximum
    /// is a budget: when the two contradict each other, it wins.
    /// </summary>
    public static Bounds At(GroupView group)
    {
        var active = group.Policy.Schedules.Where(schedule => schedule.IsActive(group.Now)).ToList();
        var lowest = active.Where(schedule => schedule.Max is not null).MinBy(schedule => schedule.Max);
        var highest = active.Where(schedule => schedule.Min is not null).MaxBy(schedule => schedule.Min);
        var max = lowest?.Max ?? group.Monitor.Max;
        return new(Math.Min(highest?.Min ?? group.Monitor.Min, max), max, highest?.Name, lowest?.Name);
    }

    /// <summary>Says who set the minimum.</summary>
    public string MinReason => MinSource is null ? $"the minimum is {Min}" : $"the minimum is {Min} by the schedule \"{MinSource}\"";

    /// <summary>Says who set the maximum.</summary>
    public string MaxReason => MaxSource is null ? $"the maximum is {Max}" : $"the maximum is {Max} by the schedule \"{MaxSource}\"";
}
