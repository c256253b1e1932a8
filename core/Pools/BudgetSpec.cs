using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Pools;

/// <summary>What a user says of a budget, before any check.</summary>
public sealed record BudgetSpec
{
    /// <summary>See <see cref="Budget.Name"/>; required.</summary>
    public string? Name { get; init; }

    /// <summary>See <see cref="Budget.Tags"/>; required.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>See <see cref="Budget.MaxInstances"/>.</summary>
    public int? MaxInstances { get; init; }

    /// <summary>See <see cref="Budget.MaxCores"/>.</summary>
    public int? MaxCores { get; init; }

    /// <summary>See <see cref="Budget.MaxCostPerHour"/>.</summary>
    public decimal? MaxCostPerHour { get; init; }

    /// <summary>Checks every field and says all that is wrong at once.</summary>
    public Result<Budget> Validate()
    {
        var errors = new List<FieldError>();
        if (ResourceName.Check("name", Name) is { } badName)
            errors.Add(badName);
        TagSet? tags = null;
        if (Tags is null)
            errors.Add(new("tags", "is missing. Give the tags of the groups that share the budget."));
        else if (!TagSet.Create("tags", Tags).Is(out tags, out var badTags))
            errors.AddRange(badTags.Errors);
        if (MaxInstances < 0)
            errors.Add(new("maxInstances", $"is {MaxInstances}. Give a whole number from 0."));
        if (MaxCores < 0)
            errors.Add(new("maxCores", $"is {MaxCores}. Give a whole number from 0."));
        if (MaxCostPerHour < 0)
            errors.Add(new("maxCostPerHour", $"is {MaxCostPerHour}. Give a number from 0."));
        if (MaxInstances is null && MaxCores is null && MaxCostPerHour is null)
            errors.Add(new("maxInstances", "is missing, and so are maxCores and maxCostPerHour. Give at least one of them."));
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        return new Budget { Name = Name!, Tags = tags!, MaxInstances = MaxInstances, MaxCores = MaxCores, MaxCostPerHour = MaxCostPerHour };
    }
}
