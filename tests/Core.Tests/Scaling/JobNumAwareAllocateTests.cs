using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Strategies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class JobNumAwareAllocateTests
{
    [Theory]
    [InlineData("B", "serving 1")]
    [InlineData("B", "serving 1", "serving 3", "unhealthy")]
    [InlineData("B", "hand 1", "serving 1")]
    [InlineData("I", "serving")]
    [InlineData("I", "serving 2", "serving")]
    [InlineData("I", "hand", "serving 1")]
    [InlineData("I", "serving", "starting")]
    [InlineData("-", "new")]
    [InlineData("-", "new", "serving")]
    [InlineData("-", "new", "hand")]
    [InlineData("I", "new 1", "serving")]
    [InlineData("B", "new 1", "serving 1")]
    [InlineData("-", "serving 1", "starting")]
    [InlineData("-", "unhealthy")]
    [InlineData("-", "starting")]
    [InlineData("-", "draining 1")]
    [InlineData("-")]
    public void Propose_Members_AreSeenAs(string sample, params string[] members) =>
        Assert.Equal(sample, Propose(Of(0, 9, members)).Samples);

    [Theory]
    [InlineData("B", 1, "serving")]
    [InlineData("B", 1, "unhealthy")]
    [InlineData("-", 4, "serving 4", "starting")]
    [InlineData("B", 5, "serving 4", "starting")]
    [InlineData("-", 1, "starting")]
    [InlineData("B", 2, "starting")]
    public void Propose_JobsWait_AreSeenAs(string sample, int queued, params string[] members) =>
        Assert.Equal(sample, Propose(Of(0, 9, members).Queued(queued)).Samples);

    /// <summary>In the peer an instance is busy for ever once it has served a request.</summary>
    [Fact]
    public void Propose_InstanceThatHasServedAndIsIdleNow_IsNotBusy_PeerDefect06()
    {
        var samples = Propose(Of(1, 3, "serving 1")).Samples;

        samples = Propose(Of(1, 3, "serving 0").Seen(samples)).Samples;

        Assert.Equal("BI", samples);
    }

    /// <summary>The peer does not see jobs whose request was answered at once and that still run in the engine.</summary>
    [Fact]
    public void Propose_EngineReportsTasksThatNoRequestWaitsFor_IsBusy_PeerDefect07()
    {
        var view = Of(1, 3, "serving");
        var load = view.Pressure.Backends[0] with { InFlight = 0, EngineTasks = 2 };

        Assert.Equal("B", Propose(view with { Pressure = view.Pressure with { Backends = [load] } }).Samples);
    }

    [Theory]
    [InlineData("BB", "serving 1", "busy", 2)]
    [InlineData("BI", "serving 1", "hold", 1)]
    [InlineData("-B", "serving 1", "hold", 1)]
    [InlineData("B", "serving 1", "hold", 1)]
    [InlineData("II", "serving", "idle", 0)]
    [InlineData("BI", "serving", "idle", 0)]
    [InlineData("BB", "serving", "hold", 1)]
    [InlineData("II", "serving 1", "hold", 1)]
    [InlineData("I", "serving", "hold", 1)]
    [InlineData("BBBBIII", "serving", "idle", 0)]
    public void Propose_ThreeLooks_Decide(string seen, string member, string rule, int count)
    {
        var proposal = Propose(Of(0, 9, member).Seen(seen));

        Assert.Equal((rule, count), (proposal.Rule, proposal.Count));
        Assert.NotEmpty(proposal.Reason);
    }

    [Fact]
    public void Propose_HalfOfTheLooksIdle_IsNotMost()
    {
        var view = Of(0, 9, "serving").Seen("BBI");

        Assert.Equal("hold", Propose(view with { Monitor = view.Monitor with { Samples = 4 } }).Rule);
    }

    [Fact]
    public void Propose_ManyLooks_RemembersOnlyAsManyAsItNeeds() => Assert.Equal(3, Propose(Of(0, 9, "serving").Seen("BBBBBBBB")).Samples.Length);

    [Fact]
    public void Propose_JobWaitsAndNobodyServes_Wakes() => Assert.Equal(("wake", 1), (Propose(Of(0, 9).Queued(1)).Rule, Propose(Of(0, 9).Queued(1)).Count));

    /// <summary>The peer learns of a new instance only when its cache is loaded again, and goes on ordering until then.</summary>
    [Theory]
    [InlineData("starting")]
    [InlineData("unhealthy")]
    public void Decide_OrderedInstanceThatDoesNotServeYet_IsCounted_PeerDefect24(string second)
    {
        var (decision, _) = Of(2, 2, "serving 1", second).Seen("BB").Queued(99).Decide();

        Assert.Empty(decision.Start);
    }

    [Fact]
    public void Decide_BusyForEver_NeverHasMoreThanMax_PeerDefect24()
    {
        var members = new List<string> { "serving 1" };
        var state = new GroupState { Target = 1, NextInstance = 2 };
        for (var look = 0; look < 50; look++)
        {
            var (decision, next) = (Of(1, 4, [.. members]).Queued(99) with { State = state }).Decide();
            members.AddRange(decision.Start.Select(_ => "starting"));
            if (look % 5 == 4)
                members = [.. members.Select(_ => "serving 1")];
            state = next;

            Assert.InRange(members.Count, 1, 4);
        }

        Assert.Equal(4, members.Count);
    }

    [Fact]
    public void Decide_AtMaxAndIdle_Shrinks_PeerDefect25() =>
        Assert.Single(Of(1, 3, "serving", "serving", "serving").Seen("II").Decide().Decision.Retire);

    [Fact]
    public void Decide_MoreThanMax_ShrinksToMaxAtOnce_PeerDefect25() =>
        Assert.Equal(2, Of(1, 3, "serving 1", "serving 1", "serving 1", "serving 1", "serving 1").Decide().Decision.Retire.Count);

    [Fact]
    public void Decide_AtMinAndIdle_DoesNotShrink_PeerDefect25()
    {
        var (decision, _) = Of(1, 3, "serving").Seen("II").Decide();

        Assert.Empty(decision.Retire);
        Assert.Equal([new Clamp("min", 0, 1, "the minimum is 1")], decision.Clamps);
    }

    [Fact]
    public void Decide_NoInstanceLeft_GrowsToMin_PeerDefect25() => Assert.Equal(2, Of(2, 3).Decide().Decision.Start.Count);

    [Fact]
    public void Decide_BelowMinWhileTheOrderedOnesStart_OrdersNoMore_PeerDefect26()
    {
        var (first, remembered) = Of(3, 5).Decide();
        var (second, _) = (Of(3, 5, "starting", "starting", "starting") with { State = remembered }).Decide();

        Assert.Equal(3, first.Start.Distinct().Count());
        Assert.Equal(ScalingAction.None, second.Action);
    }

    [Fact]
    public void Decide_LaterOrders_NeverNameAnInstanceAgain_PeerDefect26()
    {
        var (first, remembered) = Of(2, 5).Decide();
        var (second, _) = (Of(2, 5) with { State = remembered }).Decide();

        Assert.Empty(first.Start.Intersect(second.Start));
    }

    /// <summary>The peer takes the first instance that it never used, without a look at what it runs.</summary>
    [Fact]
    public void Decide_OneServesAndOneIsIdle_RetiresTheIdleOne_PeerDefect32() =>
        Assert.Equal(["demo-2"], Of(1, 3, "serving 5", "serving", "serving 1").Seen("II").Decide().Decision.Retire);

    private static Proposal Propose(GroupView view) => new JobNumAwareAllocate().Propose(view);
}
