using ControlPlane.Core.Scaling;

namespace ControlPlane.Core.Pools;

/// <summary>Which slots of a pool a group gets, and which it asks back. Pure: what it is told is all that it knows.</summary>
/// <param name="pool">The pool.</param>
/// <param name="tag">The group.</param>
/// <param name="occupancy">All leases.</param>
/// <param name="budgets">All budgets.</param>
/// <param name="now">Now.</param>
public sealed class Allotment(Pool pool, string tag, Occupancy occupancy, IReadOnlyList<Budget> budgets, DateTimeOffset now)
{
    /// <summary>The slot that the group gets next, or why it gets none.</summary>
    public (Slot? Slot, string Reason) Next()
    {
        var (slots, room) = Take(1);
        return (slots.Count > 0 ? slots[0] : null, room.Reason);
    }

    /// <summary>How many more instances there is room for.</summary>
    /// <param name="ordered">Instances of the group that have been ordered and have leased nothing yet.</param>
    /// <param name="most">Where counting ends.</param>
    public Room Room(int ordered, int most)
    {
        var room = Take(ordered + most).Room;
        return room.Count == ordered + most
            ? new Room(most, Scaling.Room.Batch, $"one decision starts at most {most}")
            : room with { Count = room.Count - ordered };
    }

    /// <summary>
    /// The leases on the group's own slots that it asks back because it lacks slots: first those that come back soonest,
    /// then the youngest. Those that it has asked back already count, and none is asked for that no budget allows.
    /// </summary>
    public IReadOnlyList<Lease> Recall(int lacking)
    {
        var lent = pool.Slots
            .Where(slot => slot.Owner == tag)
            .Select(slot => (Slot: slot, Lease: occupancy.Of(slot.Name, now)))
            .Where(one => one.Lease is { Instance: not null } lease && lease.Tag != tag)
            .ToList();
        return [.. lent
            .Where(one => one.Lease!.RecallBy is null && IsAffordable(one.Slot, one.Lease))
            .OrderBy(one => one.Lease!.RecallDeadline)
            .ThenByDescending(one => one.Lease!.Since)
            .ThenBy(one => one.Slot.Name, StringComparer.Ordinal)
            .Take(Math.Max(0, lacking - lent.Count(one => one.Lease!.RecallBy is not null)))
            .Select(one => one.Lease! with { LentBy = tag, RecallBy = now + one.Lease!.RecallDeadline })];
    }

    private (List<Slot> Slots, Room Room) Take(int most)
    {
        var uses = Uses(occupancy.Leases.Values);
        var taken = new List<Slot>();
        string? refusal = null;
        foreach (var slot in Candidates())
        {
            if (taken.Count == most)
                break;
            if (uses.Select(use => use.Budget.Refusal(use.Use, slot)).FirstOrDefault(reason => reason is not null) is { } reason)
            {
                refusal ??= reason;
                continue;
            }

            taken.Add(slot);
            uses = [.. uses.Select(use => (use.Budget, use.Use.And(slot)))];
        }

        return (taken, refusal is null ? new Room(taken.Count, Scaling.Room.Slots, ShortOfSlots()) : new Room(taken.Count, Scaling.Room.Budget, refusal));
    }

    /// <summary>The group's own slots, then nobody's, then those that others lend; of each kind those first that have not just failed.</summary>
    private IEnumerable<Slot> Candidates() => pool.Slots
        .Where(IsFree)
        .OrderBy(slot => slot.Owner == tag ? 0 : slot.Owner is null ? 1 : 2)
        .ThenBy(slot => occupancy.Health.GetValueOrDefault(slot.Name)?.Failures ?? 0)
        .ThenByDescending(slot => slot.Priority);

    private bool IsFree(Slot slot)
    {
        if (slot.Owner is not null && slot.Owner != tag && !slot.IsLendable)
            return false;
        if (IsQuarantined(slot))
            return false;
        return occupancy.Of(slot.Name, now) is not { } lease || (lease.Instance is null && lease.Tag == tag);
    }

    private bool IsQuarantined(Slot slot) => occupancy.Health.GetValueOrDefault(slot.Name)?.IsQuarantinedAt(now) == true;

    private string ShortOfSlots()
    {
        var reason = Scaling.Room.Unlimited.Reason;
        if (pool.Slots.Where(IsQuarantined).Select(slot => slot.Name).ToList() is { Count: > 0 } sick)
            reason += $"; in quarantine: {string.Join(", ", sick)}";
        var lent = pool.Slots.Count(slot => slot.Owner == tag && occupancy.Of(slot.Name, now) is { Instance: not null } lease && lease.Tag != tag);
        return lent == 0 ? reason : $"{reason}; {lent} of the group's own are lent to others";
    }

    /// <summary>Whether the budgets allow the slot once its borrower has given it back.</summary>
    private bool IsAffordable(Slot slot, Lease lease) =>
        Uses(occupancy.Leases.Values.Where(other => other.Slot != lease.Slot)).All(use => use.Budget.Refusal(use.Use, slot) is null);

    private List<(Budget Budget, BudgetUse Use)> Uses(IEnumerable<Lease> leases)
    {
        var all = leases as IReadOnlyCollection<Lease> ?? [.. leases];
        return [.. budgets.Where(budget => budget.Tags.Contains(tag)).Select(budget => (budget, BudgetUse.Of(budget, all)))];
    }
}
