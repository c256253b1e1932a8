namespace ControlPlane.Core.Pools;

/// <summary>
/// That a slot is in use, or kept for somebody. There is at most one for a slot, and the leases together are the account
/// of every budget: nothing else counts what is in use.
/// </summary>
public sealed record Lease
{
    /// <summary>The slot.</summary>
    public required string Slot { get; init; }

    /// <summary>The slot's pool.</summary>
    public required string Pool { get; init; }

    /// <summary>The provider that makes the instance.</summary>
    public required string Provider { get; init; }

    /// <summary>The instance in the slot; null while it is only kept for <see cref="Tag"/>, until <see cref="KeptUntil"/>.</summary>
    public string? Instance { get; init; }

    /// <summary>The group whose it is for now; empty when it is kept from everybody because the slot is being taken out.</summary>
    public required string Tag { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What it takes of a budget's cores.</summary>
    public int Cores { get; init; }

    /// <summary>What it takes of a budget's cost in an hour.</summary>
    public decimal CostPerHour { get; init; }

    /// <summary>The group that it is borrowed from; null when it is not borrowed.</summary>
    public string? LentBy { get; init; }

    /// <summary>How long the borrower may finish its jobs once the owner asks for the slot.</summary>
    public TimeSpan RecallDeadline { get; init; }

    /// <summary>When it must be given back, since its owner has asked for it; null as long as it has not. An instance that still starts has longer: it is told when it serves.</summary>
    public DateTimeOffset? RecallBy { get; init; }

    /// <summary>When a slot that is only kept is free again; null while an instance is in it.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>Whether the slot is not free.</summary>
    public bool HoldsAt(DateTimeOffset now) => Instance is not null || KeptUntil > now;
}
