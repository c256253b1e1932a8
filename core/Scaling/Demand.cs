namespace ControlPlane.Core.Scaling;

/// <summary>A count that a person or an alert asks for, for a time. It is kept beside what the strategy proposes, and within the bounds.</summary>
/// <param name="Source">What asks: <c>scale</c> for a person, <c>alert:RULE:FINGERPRINT</c> for an alert. One demand a source.</param>
/// <param name="Count">How many instances there must be at least; exactly so many when <paramref name="IsExact"/> is set.</param>
/// <param name="IsExact">Whether there must be no more than that either.</param>
/// <param name="Since">When it was asked for.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Reason">Why, in words, with who asked.</param>
public sealed record Demand(string Source, int Count, bool IsExact, DateTimeOffset Since, DateTimeOffset Until, string Reason)
{
    /// <summary>The source of what a person asks for.</summary>
    public const string ByHand = "scale";

    /// <summary>How the sources of alerts begin.</summary>
    public const string AlertPrefix = "alert:";
}
