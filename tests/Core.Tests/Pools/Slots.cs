using ControlPlane.Core.Backends;
using ControlPlane.Core.Pools;

namespace ControlPlane.Core.Tests.Pools;

/// <summary>Pools, leases and budgets for tests.</summary>
internal static class Slots
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A pool from words such as <c>a1:a</c>, a slot of the group a, and <c>x1</c>, anybody's.</summary>
    public static Pool Pool(params string[] slots) => Core.Pools.Pool.Empty("pool", "local").WithSlots([.. slots.Select(Slot)]);

    public static Slot Slot(string text) => text.Split(':') is [var name, var owner] ? new Slot { Name = name, Owner = owner } : new Slot { Name = text };

    public static Lease Lease(string slot, string instance, string? lentBy = null, int cores = 1) => new()
    {
        Slot = slot,
        Pool = "pool",
        Provider = "local",
        Instance = instance,
        Tag = instance.Split('-')[0],
        Since = Now.AddMinutes(-1),
        Cores = cores,
        CostPerHour = cores,
        LentBy = lentBy,
        RecallDeadline = TimeSpan.FromMinutes(5),
    };

    public static Occupancy Leased(params Lease[] leases) => leases.Aggregate(Occupancy.None, (occupancy, lease) => occupancy.With(lease));

    public static Budget Budget(int? instances = null, int? cores = null, decimal? cost = null, string tags = "a,b") => new()
    {
        Name = "both",
        Tags = TagSet.Parse("tags", tags).Value,
        MaxInstances = instances,
        MaxCores = cores,
        MaxCostPerHour = cost,
    };

    /// <summary>What a group would lease next.</summary>
    public static string? Next(this Pool pool, string tag, Occupancy? occupancy = null, params Budget[] budgets) =>
        new Allotment(pool, tag, occupancy ?? Occupancy.None, budgets, Now).Next().Slot?.Name;
}
