using ControlPlane.Core.Pools;
using ControlPlane.Core.Scaling;
using static ControlPlane.Core.Tests.Pools.Slots;

namespace ControlPlane.Core.Tests.Pools;

public sealed class AllotmentTests
{
    [Fact]
    public void Next_EverythingFree_TakesOnesOwnThenNobodysThenAnothers()
    {
        var pool = Pool("b1:b", "x1", "a1:a");

        Assert.Equal("a1", pool.Next("a"));
        Assert.Equal("x1", pool.Next("a", Leased(Lease("a1", "a-1"))));
        Assert.Equal("b1", pool.Next("a", Leased(Lease("a1", "a-1"), Lease("x1", "a-2"))));
        Assert.Null(pool.Next("a", Leased(Lease("a1", "a-1"), Lease("x1", "a-2"), Lease("b1", "b-1"))));
    }

    [Fact]
    public void Next_SlotsOfOneKind_TakesTheHighestPriorityThenTheFirst()
    {
        var pool = Pool("x1", "x2", "x3");
        pool = pool with { Slots = [pool.Slots[0], pool.Slots[1] with { Priority = 5 }, pool.Slots[2]] };

        Assert.Equal("x2", pool.Next("a"));
        Assert.Equal("x1", pool.Next("a", Leased(Lease("x2", "a-1"))));
    }

    [Fact]
    public void Next_SlotThatHasJustFailed_ComesAfterThoseThatHaveNot()
    {
        var failed = Leased(Lease("x1", "a-1")).Failed("a-1", "p", "no", Now).Without("a-1", Now);

        Assert.Equal("x2", Pool("x1", "x2").Next("a", failed));
        Assert.Equal("x1", Pool("x1").Next("a", failed));
    }

    [Fact]
    public void Next_AnothersSlotThatIsNotLent_IsNotTaken()
    {
        var pool = Pool("b1:b");
        pool = pool with { Slots = [pool.Slots[0] with { IsLendable = false }] };

        Assert.Null(pool.Next("a"));
        Assert.Equal("b1", pool.Next("b"));
    }

    [Fact]
    public void Next_SlotThatIsKept_IsForThatGroupAloneUntilItsTime()
    {
        var pool = Pool("a1:a");
        var kept = Leased(Lease("a1", "a-1") with { Instance = null, KeptUntil = Now.AddSeconds(1) });
        var over = Leased(Lease("a1", "a-1") with { Instance = null, KeptUntil = Now });

        Assert.Equal("a1", pool.Next("a", kept));
        Assert.Null(pool.Next("b", kept));
        Assert.Equal("a1", pool.Next("b", over));
    }

    [Fact]
    public void Next_SlotTooBigForTheBudget_TakesASmallerOne()
    {
        var pool = Pool("x1", "x2");
        pool = pool with { Slots = [pool.Slots[0] with { Cores = 8, Priority = 1 }, pool.Slots[1] with { Cores = 2 }] };

        Assert.Equal("x2", pool.Next("a", null, Budget(cores: 4)));
        Assert.Equal("x1", pool.Next("c", null, Budget(cores: 4)));
    }

    [Theory]
    [InlineData(3, null, null, "the budget \"both\" allows 3 instances, 3 in use")]
    [InlineData(null, 12, null, "the budget \"both\" allows 12 cores, 12 in use")]
    [InlineData(null, null, 12.5, "the budget \"both\" allows 12.5 cost per hour, 12 in use")]
    public void Room_BudgetOverSeveralGroupsIsUsedUp_SaysWhichAndHowMuch(int? instances, int? cores, double? cost, string reason)
    {
        var leases = Leased(Lease("y1", "a-1", cores: 4), Lease("y2", "b-1", cores: 4), Lease("y3", "b-2", cores: 4), Lease("y4", "c-1", cores: 4));
        var pool = Pool("x1");
        pool = pool with { Slots = [pool.Slots[0] with { CostPerHour = 1 }] };

        var room = new Allotment(pool, "a", leases, [Budget(instances, cores, (decimal?)cost)], Now).Room(0, 10);

        Assert.Equal(new Room(0, "budget", reason), room);
    }

    [Fact]
    public void Room_SlotsAndBudget_SaysWhatEndsItFirst()
    {
        Room Of(int slots, int budget, int ordered, int most = 10) => new Allotment(
            Pool([.. Enumerable.Range(1, slots).Select(number => $"x{number}")]), "a", Occupancy.None, [Budget(budget)], Now).Room(ordered, most);

        Assert.Equal((2, "slots"), (Of(2, 5, 0).Count, Of(2, 5, 0).Limit));
        Assert.Equal((1, "slots"), (Of(2, 5, 1).Count, Of(2, 5, 1).Limit));
        Assert.Equal((2, "budget"), (Of(5, 2, 0).Count, Of(5, 2, 0).Limit));
        Assert.Equal((-1, "budget"), (Of(5, 0, 1).Count, Of(5, 0, 1).Limit));
        Assert.Equal((3, "batch"), (Of(5, 5, 0, 3).Count, Of(5, 5, 0, 3).Limit));
    }

    [Fact]
    public void Room_SlotsAreSickOrLent_SaysWhich()
    {
        var occupancy = Leased(Lease("a1", "b-1", lentBy: "a"), Lease("a2", "a-1")).Failed("a-1", "p", "no", Now).Failed("a-1", "p", "no", Now).Without("a-1", Now);

        var room = new Allotment(Pool("a1:a", "a2:a"), "a", occupancy, [], Now).Room(0, 10);

        Assert.Equal("the pool has no more free slots; in quarantine: a2; 1 of the group's own are lent to others", room.Reason);
    }

    [Fact]
    public void Recall_LentSlots_ThoseThatComeBackSoonestThenTheYoungest()
    {
        var occupancy = Leased(
            Lease("a1", "b-1", "a"),
            Lease("a2", "b-2", "a") with { Since = Now },
            Lease("a3", "c-1", "a") with { RecallDeadline = TimeSpan.FromSeconds(9) },
            Lease("a4", "a-1"),
            Lease("x1", "b-3"));

        var recalled = new Allotment(Pool("a1:a", "a2:a", "a3:a", "a4:a", "x1"), "a", occupancy, [], Now).Recall(5);

        Assert.Equal(["a3", "a2", "a1"], recalled.Select(lease => lease.Slot));
        Assert.Equal(Now.AddSeconds(9), recalled[0].RecallBy);
    }

    [Fact]
    public void Recall_SomeAreAskedBackAlready_AsksForTheRestOnly()
    {
        var occupancy = Leased(Lease("a1", "b-1", "a") with { RecallBy = Now }, Lease("a2", "b-2", "a"), Lease("a3", "b-3", "a"));
        var allotment = new Allotment(Pool("a1:a", "a2:a", "a3:a"), "a", occupancy, [], Now);

        Assert.Empty(allotment.Recall(1));
        Assert.Single(allotment.Recall(2));
        Assert.Equal(2, allotment.Recall(9).Count);
    }

    /// <summary>The slot of a borrower in the same budget makes its own room; that of another one does not.</summary>
    [Fact]
    public void Recall_NoBudgetForTheSlot_AsksForNothing()
    {
        var pool = Pool("a1:a", "a2:a");

        Assert.Single(new Allotment(pool, "a", Leased(Lease("a1", "b-1", "a"), Lease("a2", "a-1")), [Budget(2)], Now).Recall(1));
        Assert.Empty(new Allotment(pool, "a", Leased(Lease("a1", "c-1", "a"), Lease("a2", "a-1")), [Budget(1)], Now).Recall(1));
    }
}
