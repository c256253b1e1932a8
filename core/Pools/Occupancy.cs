using System.Collections.Immutable;

namespace ControlPlane.Core.Pools;

/// <summary>All leases at one moment, and what went wrong in which slot. Each change gives another one.</summary>
/// <param name="Leases">By slot.</param>
/// <param name="Health">By slot.</param>
public sealed record Occupancy(ImmutableDictionary<string, Lease> Leases, ImmutableDictionary<string, SlotHealth> Health)
{
    /// <summary>How long a slot that was given back waits for the owner that has asked for it.</summary>
    public static readonly TimeSpan KeptForOwner = TimeSpan.FromMinutes(2);

    /// <summary>How long slots that are being taken out are kept from everybody: longer than it can take, so that a crash meanwhile locks nothing for good.</summary>
    public static readonly TimeSpan KeptWhileTakenOut = TimeSpan.FromMinutes(1);

    /// <summary>Nothing leased, nothing wrong.</summary>
    public static Occupancy None { get; } = new(
        ImmutableDictionary.Create<string, Lease>(StringComparer.Ordinal), ImmutableDictionary.Create<string, SlotHealth>(StringComparer.Ordinal));

    /// <summary>The lease of a slot that is not free; null when it is.</summary>
    public Lease? Of(string slot, DateTimeOffset now) => Leases.TryGetValue(slot, out var lease) && lease.HoldsAt(now) ? lease : null;

    /// <summary>What an instance has leased; null when it has nothing.</summary>
    public Lease? Held(string instance) => Leases.Values.FirstOrDefault(lease => lease.Instance == instance);

    /// <summary>Writes a lease over whatever the slot had.</summary>
    public Occupancy With(Lease lease) => this with { Leases = Leases.SetItem(lease.Slot, lease) };

    /// <summary>
    /// Takes an instance out. A slot that its owner has asked for is kept for it: otherwise another borrower might be
    /// faster, or the same one again.
    /// </summary>
    public Occupancy Without(string instance, DateTimeOffset now)
    {
        if (Held(instance) is not { } lease)
            return this;
        return lease is { RecallBy: not null, LentBy: { } owner }
            ? With(lease with { Instance = null, Tag = owner, Since = now, LentBy = null, RecallBy = null, KeptUntil = now + KeptForOwner })
            : this with { Leases = Leases.Remove(lease.Slot) };
    }

    /// <summary>Keeps slots from everybody while they are taken out of their pool; null when one of them is leased.</summary>
    public Occupancy? Close(Pool pool, IEnumerable<string> slots, DateTimeOffset now)
    {
        var closed = this;
        foreach (var slot in slots)
        {
            if (Of(slot, now)?.Instance is not null)
                return null;
            closed = closed.With(new Lease { Slot = slot, Pool = pool.Name, Provider = pool.Provider, Tag = "", Since = now, KeptUntil = now + KeptWhileTakenOut });
        }

        return closed;
    }

    /// <summary>Ends what <see cref="Close"/> began.</summary>
    public Occupancy Reopen(IEnumerable<string> slots)
    {
        var closed = slots.Where(slot => Leases.TryGetValue(slot, out var lease) && lease is { Instance: null, Tag: "" });
        return this with { Leases = Leases.RemoveRange(closed) };
    }

    /// <summary>
    /// Remembers that a start failed in the slot. Nothing is held against a slot when the same profile fails in another one
    /// too and has started nowhere since: then it is the program that is broken, and no other group must suffer for it.
    /// </summary>
    public Occupancy Failed(string instance, string profile, string reason, DateTimeOffset now)
    {
        if (Held(instance) is not { } lease)
            return this;
        var isProfileToBlame = Health.Values.Any(other => other.Pool == lease.Pool && other.Slot != lease.Slot && other.SuspectProfile == profile);
        var failed = new SlotHealth
        {
            Slot = lease.Slot,
            Pool = lease.Pool,
            Failures = (Health.GetValueOrDefault(lease.Slot)?.Failures ?? 0) + 1,
            Reason = reason,
            FailedAt = now,
            SuspectProfile = profile,
        };
        return this with { Health = Health.SetItem(lease.Slot, failed.ThenQuarantined(isProfileToBlame)) };
    }

    /// <summary>Remembers that a start went well: the slot is sound, and so is the profile, wherever else it has failed.</summary>
    public Occupancy Started(string instance, string profile)
    {
        if (Held(instance) is not { } lease)
            return this;
        var health = Health.Remove(lease.Slot);
        foreach (var other in health.Values.Where(other => other.Pool == lease.Pool && other.SuspectProfile == profile))
            health = health.SetItem(other.Slot, other with { SuspectProfile = null });
        return this with { Health = health };
    }

    /// <summary>Forgets what went wrong in a slot.</summary>
    public Occupancy Trusted(string slot) => this with { Health = Health.Remove(slot) };
}
