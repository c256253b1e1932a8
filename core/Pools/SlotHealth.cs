namespace ControlPlane.Core.Pools;

/// <summary>What went wrong in a slot. There is none for a slot whose last start went well.</summary>
public sealed record SlotHealth
{
    /// <summary>How many starts in a row put a slot into quarantine.</summary>
    public const int FailuresAllowed = 2;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The slot.</summary>
    public required string Slot { get; init; }

    /// <summary>The slot's pool.</summary>
    public required string Pool { get; init; }

    /// <summary>Starts that failed in a row.</summary>
    public required int Failures { get; init; }

    /// <summary>Why the last one failed.</summary>
    public required string Reason { get; init; }

    /// <summary>When the last one failed.</summary>
    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>The profile that it failed with, while that may be what is wrong; null once the profile has started elsewhere since.</summary>
    public string? SuspectProfile { get; init; }

    /// <summary>Before this the slot is not leased; null when it may be.</summary>
    public DateTimeOffset? QuarantinedUntil { get; init; }

    /// <summary>Whether the slot is not to be leased.</summary>
    public bool IsQuarantinedAt(DateTimeOffset now) => QuarantinedUntil > now;

    /// <summary>
    /// Counts a failure. From the second in a row on the slot is quarantined, 10 min at first, doubled with each failure
    /// after that, at most a day; unless the profile itself is under suspicion.
    /// </summary>
    public SlotHealth ThenQuarantined(bool isProfileToBlame)
    {
        if (Failures < FailuresAllowed || isProfileToBlame)
            return this;
        var length = Shortest * Math.Pow(2, Math.Min(Failures - FailuresAllowed, 20));
        return this with { QuarantinedUntil = FailedAt + (length < Longest ? length : Longest) };
    }
}
