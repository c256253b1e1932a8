namespace ControlPlane.Core.Scaling.Policies;

/// <summary>A signal at the moment of a decision.</summary>
/// <param name="Signal">Which.</param>
/// <param name="Value">Its value; null when there is none or it is too old.</param>
/// <param name="Age">Its age; null when it was never read.</param>
public sealed record SignalValue(Signal Signal, double? Value, TimeSpan? Age)
{
    /// <summary>Whether it counts.</summary>
    public bool IsFresh => Value is not null;

    /// <summary>Reads every signal of the group's policy.</summary>
    public static IReadOnlyList<SignalValue> Of(GroupView group) =>
        [.. group.Policy.Signals.Select(signal => Of(signal, group))];

    private static SignalValue Of(Signal signal, GroupView group)
    {
        var pressure = group.Pressure;
        var reading = signal.Kind switch
        {
            SignalKind.JobsPerInstance => new(signal.Name, (pressure.Running + pressure.Queued) / (double)Math.Max(1, group.Ready.Count()), pressure.At),
            SignalKind.QueueWait => new(signal.Name, pressure.OldestWait.TotalSeconds, pressure.At),
            _ => group.Readings.LastOrDefault(reading => reading.Name == signal.Name),
        };
        if (reading is null)
            return new(signal, null, null);
        var age = group.Now - reading.At;
        var isUsable = age <= signal.StaleAfter && reading.Value is { } value && double.IsFinite(value);
        return new(signal, isUsable ? reading.Value : null, age);
    }
}
