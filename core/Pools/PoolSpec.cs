using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Pools;

/// <summary>What a user says of a pool, before any check.</summary>
public sealed record PoolSpec
{
    /// <summary>See <see cref="Pool.Name"/>; required.</summary>
    public string? Name { get; init; }

    /// <summary>See <see cref="Pool.Provider"/>; required.</summary>
    public string? Provider { get; init; }

    /// <summary>See <see cref="Pool.Slots"/>; none when left out.</summary>
    public IReadOnlyList<SlotSpec>? Slots { get; init; }

    /// <summary>Checks every field and says all that is wrong at once.</summary>
    /// <param name="providers">The names of the providers.</param>
    /// <param name="before">The pool as it is; null when it is new.</param>
    public Result<Pool> Validate(IReadOnlyCollection<string> providers, Pool? before)
    {
        var errors = new List<FieldError>();
        if (ResourceName.Check("name", Name) is { } badName)
            errors.Add(badName);
        if (!providers.Contains(Provider ?? ""))
            errors.Add(new("provider", $"{(string.IsNullOrEmpty(Provider) ? "is missing" : $"\"{Provider}\" is not known")}. Known: {string.Join(", ", providers)}."));
        else if (before is not null && before.Provider != Provider)
            errors.Add(new("provider", $"is \"{Provider}\", but the pool's instances are made by \"{before.Provider}\". Make another pool."));

        var given = Slots ?? [];
        if (given.Count > Pool.MaxSlots)
            errors.Add(new("slots", $"are {given.Count}. A pool has at most {Pool.MaxSlots}; make another one for the others."));
        var slots = new List<Slot>();
        for (var i = 0; i < given.Count; i++)
        {
            if (given[i] is not { } slot)
                errors.Add(new($"slots[{i}]", "is null. Give an object with a name."));
            else
                slots.Add(slot.Validate($"slots[{i}].", $"slots[{i}].host.", Provider ?? "", before?.Find(slot.Name ?? ""), errors));
        }

        errors.AddRange(slots.GroupBy(slot => slot.Name).Where(same => same.Count() > 1).Select(same => new FieldError("slots", $"hold \"{same.Key}\" more than once.")));
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        return (before ?? Pool.Empty(Name!, Provider!)).WithSlots(slots);
    }
}
