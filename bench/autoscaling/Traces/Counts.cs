namespace ControlPlane.Bench.Autoscaling.Traces;

/// <summary>A trace that says how much came in each bin.</summary>
/// <param name="Start">When the first bin begins.</param>
/// <param name="Bin">The length of a bin.</param>
/// <param name="Values">How much came in each.</param>
internal sealed record Counts(DateTimeOffset Start, TimeSpan Bin, IReadOnlyList<double> Values)
{
    /// <summary>The middle of a longer trace: neither how it began nor how it ended.</summary>
    public Counts Middle(TimeSpan span)
    {
        var kept = (int)(span / Bin);
        if (Values.Count <= kept)
            return this;
        var skipped = (Values.Count - kept) / 2;
        return new(Start + (Bin * skipped), Bin, [.. Values.Skip(skipped).Take(kept)]);
    }
}
