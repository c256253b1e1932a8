using ControlPlane.Core.Instances;

namespace ControlPlane.Core.Scaling.Load;

/// <summary>How long the last boots took, from order to ready.</summary>
public sealed record BootMemory
{
    private const int Kept = 32;

    /// <summary>What is believed before the first boot.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(2);

    /// <summary>The last boots in seconds, oldest first.</summary>
    public IReadOnlyList<double> Seconds { get; init; } = [];

    /// <summary>When the last of them was ready.</summary>
    public DateTimeOffset? LastReadyAt { get; init; }

    /// <summary>Half of the boots took no longer.</summary>
    public TimeSpan P50 => Quantile(0.5);

    /// <summary>19 of 20 boots took no longer.</summary>
    public TimeSpan P95 => Quantile(0.95);

    /// <summary>Learns from the instances that became ready since the last look.</summary>
    public BootMemory Learn(IEnumerable<Instance> instances)
    {
        var ready = instances
            .Where(instance => instance.ReadyAt is { } at && (LastReadyAt is null || at > LastReadyAt) && at >= instance.OrderedAt)
            .OrderBy(instance => instance.ReadyAt)
            .ThenBy(instance => instance.Name, StringComparer.Ordinal)
            .ToList();
        if (ready.Count == 0)
            return this;
        return new BootMemory
        {
            Seconds = [.. Seconds.Concat(ready.Select(instance => (instance.ReadyAt!.Value - instance.OrderedAt).TotalSeconds)).TakeLast(Kept)],
            LastReadyAt = ready[^1].ReadyAt,
        };
    }

    /// <summary>
    /// How long a boot of this age will still take: until the usual time, then until the longest usual, and over that
    /// as long again as it is overdue, since what hangs is more likely to hang on.
    /// </summary>
    public TimeSpan Remaining(TimeSpan age)
    {
        if (age < P50)
            return P50 - age;
        return age < P95 ? P95 - age : age - P95;
    }

    private TimeSpan Quantile(double share) => Seconds.Count == 0
        ? Unknown
        : TimeSpan.FromSeconds(Seconds.Order().ElementAt((int)Math.Ceiling(share * Seconds.Count) - 1));
}
