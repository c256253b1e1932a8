using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Strategies;
using ControlPlane.Core.Tests.Scaling.Policies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling.Strategies;

/// <summary>Jobs of one minute, boots of four, five minutes allowed; four slots an instance.</summary>
public sealed class SloSlackTests
{
    [Fact]
    public void Propose_QueueClearsInTime_OrdersNothing()
    {
        var proposal = Propose(Waiting(Seen(8, "serving 4", "serving 4"), 20));

        Assert.Equal(("hold", 2), (proposal.Rule, proposal.Count));
    }

    [Fact]
    public void Propose_QueueDoesNotClearInTime_OrdersWhatIsMissing()
    {
        var proposal = Propose(Waiting(Seen(8, "serving 4", "serving 4"), 80));

        Assert.Equal("slo", proposal.Rule);
        Assert.InRange(proposal.Count, 3, 8);
    }

    [Fact]
    public void Propose_SameQueueAndEnoughBoots_OrdersNoneTwice()
    {
        var alone = Propose(Waiting(Seen(8, "serving 4", "serving 4"), 80)).Count;

        var boots = Propose(Waiting(Seen(8, ["serving 4", "serving 4", .. Enumerable.Repeat("starting", alone - 2)], boot: 0), 80));

        Assert.NotEqual("slo", boots.Rule);
        Assert.True(boots.Count <= alone);
    }

    [Fact]
    public void Propose_DrainingOnes_AreNoCapacity_MoreAreOrderedBeyondWhatIsThere() =>
        Assert.True(Propose(Waiting(Seen(8, "serving 4", "draining 4"), 60)).Count - 1 > Propose(Waiting(Seen(8, "serving 4", "serving 4"), 60)).Count - 2);

    [Fact]
    public void Propose_LittleDemand_SaysWhatSuffices()
    {
        var proposal = Propose(Seen(4, "serving 1", "serving 1", "serving 1", "serving 1"));

        Assert.Equal(("slack", 1), (proposal.Rule, proposal.Count));
    }

    [Fact]
    public void Propose_NothingThereAndAJobWaits_WakesOne() => Assert.Equal(1, Propose(Of(0, 9).Queued(1)).Count);

    [Fact]
    public void Propose_ShortServiceLevel_KeepsWhatABootCannotBridge()
    {
        var view = Seen(40, [.. Enumerable.Repeat("serving 2", 20)]).With(new() { Signals = [new() { Name = "wait", Kind = Core.Scaling.Policies.SignalKind.QueueWait, Target = 5 }] });

        Assert.InRange(Propose(view).Count, 12, 14);
    }

    [Fact]
    public void Propose_PressureNotWhole_LearnsNothing()
    {
        var view = Seen(8, "serving 4");

        var proposal = Propose(view with { Pressure = view.Pressure with { Missing = ["router"] } });

        Assert.Same(view.Memory.Load, proposal.Load);
    }

    /// <summary>The jobs have waited for some time: they are no new demand.</summary>
    private static GroupView Waiting(GroupView view, int jobs) => view.Queued(jobs) with
    {
        State = view.State with { Memory = view.Memory with { Load = view.Memory.Load! with { Queued = jobs } } },
    };

    private static Proposal Propose(GroupView view) => new SloSlack().Propose(view);

    private static GroupView Seen(double demand, params string[] members) => Seen(demand, members, boot: 240);

    /// <summary>So many slots have been in demand for ten minutes.</summary>
    private static GroupView Seen(double demand, string[] members, double boot)
    {
        var view = Of(0, 99, members);
        var load = new LoadMemory { At = Now.AddSeconds(-5), Minutes = [.. Enumerable.Repeat(demand, 10)], WorkedSeconds = 6000, Ended = 100, Running = view.Pressure.Running };
        var boots = new BootMemory { Seconds = [240, Math.Max(boot, 240)] };
        var instances = view.Instances.Select(one => one.Phase == Core.Instances.InstancePhase.Starting ? one with { OrderedAt = Now.AddSeconds(-200) } : one);
        return view with { Instances = [.. instances], State = view.State with { Memory = new ScalingMemory { Load = load, Boots = boots } } };
    }
}
