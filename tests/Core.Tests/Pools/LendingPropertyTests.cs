using ControlPlane.Core.Pools;
using FsCheck;
using FsCheck.Fluent;
using static ControlPlane.Core.Tests.Pools.Slots;

namespace ControlPlane.Core.Tests.Pools;

/// <summary>Three groups lease, release and recall at random: whatever comes, nobody gets what is not free, and no budget is passed.</summary>
public sealed class LendingPropertyTests
{
    private static readonly string[] Tags = ["a", "b", "c"];
    private static readonly Pool Shared = Pool("a1:a", "a2:a", "b1:b", "b2:b", "x1", "x2");
    private static readonly Budget[] Budgets = [Budget(instances: 3), Budget(cores: 4, tags: "b,c")];

    [Fact]
    public void Steps_InAnyOrder_KeepEveryPromise()
    {
        var step =
            from tag in Gen.Elements(Tags)
            from kind in Gen.Choose(0, 4)
            select (tag, kind);

        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var (occupancy, now, number) = (Occupancy.None, Now, 0);
            foreach (var (tag, kind) in steps)
            {
                var before = occupancy;
                var allotment = new Allotment(Shared, tag, occupancy, Budgets, now);
                occupancy = kind switch
                {
                    0 or 1 => allotment.Next().Slot is { } slot ? Take(occupancy, slot, tag, ++number) : occupancy,
                    2 => occupancy.Leases.Values.FirstOrDefault(lease => lease.Tag == tag && lease.Instance is not null) is { } held
                        ? occupancy.Without(held.Instance!, now)
                        : occupancy,
                    3 => allotment.Recall(1).Aggregate(occupancy, (all, lease) => all.With(lease)),
                    _ => occupancy,
                };
                now += kind == 4 ? TimeSpan.FromMinutes(3) : TimeSpan.Zero;
                if (!Keeps(before, occupancy, now))
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static Occupancy Take(Occupancy occupancy, Slot slot, string tag, int number) =>
        occupancy.With(Lease(slot.Name, $"{tag}-{number}", slot.Owner == tag ? null : slot.Owner) with { Cores = slot.Cores });

    private static bool Keeps(Occupancy before, Occupancy after, DateTimeOffset now)
    {
        var isOverwritten = before.Leases.Values.Any(lease =>
            lease.Instance is not null && after.Leases.TryGetValue(lease.Slot, out var now) && now.Instance is not null && now.Instance != lease.Instance);
        var isPassed = Budgets.Any(budget => BudgetUse.Of(budget, after.Leases.Values) is var use
            && (use.Instances > budget.MaxInstances || use.Cores > budget.MaxCores));
        var isStolen = after.Leases.Values.Any(lease =>
            lease.Instance is not null && before.Of(lease.Slot, now) is { Instance: null } kept && kept.Tag != lease.Tag);
        return !isOverwritten && !isPassed && !isStolen;
    }
}
