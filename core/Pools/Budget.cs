using System.Globalization;
using ControlPlane.Core.Backends;

namespace ControlPlane.Core.Pools;

/// <summary>What several groups may have together. A lease that would pass it is not given.</summary>
public sealed record Budget
{
    /// <summary>A number of its own among all budgets.</summary>
    public int Id { get; init; }

    /// <summary>Unique among all budgets.</summary>
    public required string Name { get; init; }

    /// <summary>The groups.</summary>
    public required TagSet Tags { get; init; }

    /// <summary>The most instances; null for any number.</summary>
    public int? MaxInstances { get; init; }

    /// <summary>The most cores; null for any number.</summary>
    public int? MaxCores { get; init; }

    /// <summary>The most that all of them may cost in an hour; null for any.</summary>
    public decimal? MaxCostPerHour { get; init; }

    /// <summary>Why there is no room for another slot; null when there is.</summary>
    public string? Refusal(BudgetUse use, Slot slot)
    {
        if (use.Instances + 1 > MaxInstances)
            return Say("instances", MaxInstances.Value, use.Instances);
        if (use.Cores + slot.Cores > MaxCores)
            return Say("cores", MaxCores.Value, use.Cores);
        return use.CostPerHour + slot.CostPerHour > MaxCostPerHour ? Say("cost per hour", MaxCostPerHour.Value, use.CostPerHour) : null;
    }

    private string Say(string what, decimal most, decimal used) =>
        string.Create(CultureInfo.InvariantCulture, $"the budget \"{Name}\" allows {most} {what}, {used} in use");
}

/// <summary>What is in use of a budget.</summary>
/// <param name="Instances">Instances, those that start and leave included.</param>
/// <param name="Cores">Their cores.</param>
/// <param name="CostPerHour">What they cost in an hour.</param>
public sealed record BudgetUse(int Instances, int Cores, decimal CostPerHour)
{
    /// <summary>What the groups of a budget have leased. A slot that is only kept costs nothing.</summary>
    public static BudgetUse Of(Budget budget, IEnumerable<Lease> leases)
    {
        var use = new BudgetUse(0, 0, 0);
        foreach (var lease in leases.Where(lease => lease.Instance is not null && budget.Tags.Contains(lease.Tag)))
            use = new(use.Instances + 1, use.Cores + lease.Cores, use.CostPerHour + lease.CostPerHour);
        return use;
    }

    /// <summary>With one more slot.</summary>
    public BudgetUse And(Slot slot) => new(Instances + 1, Cores + slot.Cores, CostPerHour + slot.CostPerHour);
}
