namespace ControlPlane.Functions.Groups;

/// <summary>Counts looks at groups, and how late they came.</summary>
internal sealed class LookMetrics
{
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _stored;
    private long _unchanged;
    private long _lateMicroseconds;

    /// <summary>Upper bounds of the buckets of lateness, in seconds: each half as large again as the one before.</summary>
    public static double[] Bounds { get; } = [.. Enumerable.Range(0, 26).Select(step => Math.Round(0.001 * Math.Pow(1.5, step), 6))];

    /// <summary>Looks whose decision was stored.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Looks that came to what was stored already.</summary>
    public long Unchanged => Interlocked.Read(ref _unchanged);

    /// <summary>All lateness together.</summary>
    public double TotalSeconds => Interlocked.Read(ref _lateMicroseconds) / 1e6;

    /// <param name="isStored">Whether the look's decision was stored.</param>
    /// <param name="lateness">How long after it was due it came; null when it is not known, and negative when the group was woken.</param>
    public void Count(bool isStored, TimeSpan? lateness)
    {
        Interlocked.Increment(ref isStored ? ref _stored : ref _unchanged);
        if (lateness is not { } late || late < TimeSpan.Zero)
            return;
        var bucket = 0;
        while (bucket < Bounds.Length && late.TotalSeconds > Bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        Interlocked.Add(ref _lateMicroseconds, (long)late.TotalMicroseconds);
    }

    /// <summary>How many were no later than each bound, then how many were counted at all.</summary>
    public IReadOnlyList<long> CumulativeBuckets()
    {
        var sums = new long[_buckets.Length];
        var sum = 0L;
        for (var i = 0; i < sums.Length; i++)
            sums[i] = sum += Interlocked.Read(ref _buckets[i]);
        return sums;
    }
}
