using ControlPlane.Core.Pools;
using static ControlPlane.Core.Tests.Pools.Slots;

namespace ControlPlane.Core.Tests.Pools;

public sealed class OccupancyTests
{
    [Fact]
    public void Without_SlotThatTheOwnerAskedFor_IsKeptForIt()
    {
        var borrowed = Leased(Lease("a1", "b-1", "a") with { RecallBy = Now });

        var after = borrowed.Without("b-1", Now);

        Assert.Equal("a1", Pool("a1:a").Next("a", after));
        Assert.Null(Pool("a1:a").Next("b", after));
        Assert.Null(after.Held("b-1"));
    }

    [Fact]
    public void Without_SlotThatNobodyAskedFor_IsFree()
    {
        Assert.Empty(Leased(Lease("a1", "b-1", "a")).Without("b-1", Now).Leases);
        Assert.Empty(Leased(Lease("a1", "a-1") with { RecallBy = Now }).Without("a-1", Now).Leases);
    }

    [Fact]
    public void Without_InstanceWithoutALease_ChangesNothing()
    {
        var before = Leased(Lease("a1", "b-1"));

        Assert.Same(before, before.Without("b-2", Now));
        Assert.Same(before, before.Failed("b-2", "p", "no", Now));
        Assert.Same(before, before.Started("b-2", "p"));
    }

    [Fact]
    public void Close_SlotInUse_ClosesNothing() =>
        Assert.Null(Leased(Lease("x1", "a-1")).Close(Pool("x1", "x2"), ["x2", "x1"], Now));

    [Fact]
    public void Close_FreeSlots_NobodyGetsThemUntilTheyAreOpenAgainOrTimeHasPassed()
    {
        var pool = Pool("x1");

        var closed = Occupancy.None.Close(pool, ["x1"], Now)!;

        Assert.Null(pool.Next("a", closed));
        Assert.Equal("x1", pool.Next("a", closed.Reopen(["x1"])));
        Assert.Equal("x1", new Allotment(pool, "a", closed, [], Now + Occupancy.KeptWhileTakenOut).Next().Slot?.Name);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(5, 80)]
    [InlineData(9, 1280)]
    [InlineData(10, 1440)]
    [InlineData(1000, 1440)]
    public void Failed_SoManyTimesInARow_QuarantinesLongerEachTime(int times, int? minutes)
    {
        var occupancy = Leased(Lease("x1", "a-1"));
        for (var i = 0; i < times; i++)
            occupancy = occupancy.Failed("a-1", "p", $"reason {i + 1}", Now);

        var health = occupancy.Health["x1"];

        Assert.Equal((times, $"reason {times}"), (health.Failures, health.Reason));
        Assert.Equal(minutes is { } length ? Now.AddMinutes(length) : null, health.QuarantinedUntil);
    }

    [Fact]
    public void Started_AfterFailures_ForgetsThem()
    {
        var failed = Leased(Lease("x1", "a-1")).Failed("a-1", "p", "no", Now).Failed("a-1", "p", "no", Now);

        Assert.Empty(failed.Started("a-1", "p").Health);
        Assert.Empty(failed.Trusted("x1").Health);
    }

    /// <summary>A program that starts nowhere must not take every machine from every group.</summary>
    [Fact]
    public void Failed_SameProfileInEverySlot_QuarantinesNone()
    {
        var occupancy = Leased(Lease("x1", "a-1"), Lease("x2", "a-2"));
        for (var i = 0; i < 10; i++)
            occupancy = occupancy.Failed("a-1", "broken", "no", Now).Failed("a-2", "broken", "no", Now);

        Assert.All(occupancy.Health.Values, health => Assert.Null(health.QuarantinedUntil));
    }

    [Fact]
    public void Failed_ProfileHasStartedElsewhereSince_QuarantinesTheSlot()
    {
        var occupancy = Leased(Lease("x1", "a-1"), Lease("x2", "a-2"), Lease("x3", "a-3"))
            .Failed("a-1", "p", "no", Now).Failed("a-2", "p", "no", Now).Started("a-3", "p");

        occupancy = occupancy.Failed("a-1", "p", "no", Now);

        Assert.True(occupancy.Health["x1"].IsQuarantinedAt(Now));
        Assert.False(occupancy.Health["x2"].IsQuarantinedAt(Now));
    }

    [Fact]
    public void Failed_OtherProfilesFailElsewhere_QuarantinesTheSlot()
    {
        var occupancy = Leased(Lease("x1", "a-1"), Lease("x2", "b-1")).Failed("b-1", "other", "no", Now).Failed("a-1", "p", "no", Now).Failed("a-1", "p", "no", Now);

        Assert.True(occupancy.Health["x1"].IsQuarantinedAt(Now));
        Assert.Null(Pool("x1").Next("a", occupancy.Without("a-1", Now)));
    }
}
