using System.Globalization;

namespace ControlPlane.Core.Upgrades;

/// <summary>How one side fared over a time.</summary>
/// <param name="Answers">Requests that were answered or failed.</param>
/// <param name="Failures">Those of them that failed for the engine's fault: status 5xx, broken off, timed out.</param>
/// <param name="P95">The 95th percentile of the time to an answer.</param>
public sealed record SideWindow(long Answers, long Failures, TimeSpan P95)
{
    /// <summary>Answers that come later by less than this are no worse: nobody waits for them, and a busy moment makes as much.</summary>
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Why the new side is worse than the old, in words; null when it is not, or when there is too little to judge by.</summary>
    /// <param name="old">The old side, before the switch.</param>
    /// <param name="terms">The limits.</param>
    public string? WorseThan(SideWindow old, AnalysisTerms terms)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(terms);
        if (Answers < terms.MinRequests)
            return null;
        var percent = 100.0 * Failures / Answers;
        if (percent > terms.MaxErrorPercent)
            return string.Create(CultureInfo.InvariantCulture, $"{percent:0.##} % of {Answers} requests failed, more than {terms.MaxErrorPercent:0.##} %");
        if (old.Answers >= terms.MinRequests && P95 > old.P95 * terms.MaxSlowdown && P95 - old.P95 >= LeastDelay)
            return string.Create(CultureInfo.InvariantCulture, $"the 95th percentile is {P95.TotalMilliseconds:0} ms, and was {old.P95.TotalMilliseconds:0} ms: more than {terms.MaxSlowdown:0.##} times that");
        return null;
    }
}
