using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Strategies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling.Policies;

public sealed class VictimTests
{
    [Fact]
    public void Decide_RemainingWorkKnown_TheLeastGoesFirst()
    {
        var view = Of(0, 9, "serving 1", "serving 3").Loaded((0, load => load with { RemainingWork = Minutes(9) }), (1, load => load with { RemainingWork = Minutes(1) }));

        Assert.Equal(["demo-2"], view.Wanting(1).Decision.Retire);
    }

    [Fact]
    public void Decide_SameWork_TheOldestVersionGoesFirst()
    {
        var view = Of(0, 9, "serving", "serving", "serving").Loaded(
            (0, load => load with { Version = "2" }), (1, load => load with { Version = "1" }), (2, load => load with { Version = "2" }));

        Assert.Equal(["demo-2", "demo-1"], view.Wanting(1).Decision.Retire);
    }

    [Fact]
    public void Decide_Protected_StaysEvenIfFewerLeave()
    {
        var view = Of(0, 9, "serving", "serving").Loaded((0, load => load with { IsProtected = true }));

        var (decision, _) = view.Wanting(0);

        Assert.Equal(["demo-2"], decision.Retire);
        Assert.Equal("stoppable", Assert.Single(decision.Clamps).Name);
    }

    [Fact]
    public void Decide_LongJobSpared_Stays()
    {
        var view = Of(0, 9, "serving 1", "serving 2").Loaded(
            (0, load => load with { RemainingWork = Minutes(20) }), (1, load => load with { RemainingWork = Minutes(1) }));

        Assert.Equal(["demo-2"], view.With(new() { SparesJobsOver = Minutes(5) }).Wanting(0).Decision.Retire);
    }

    [Fact]
    public void Decide_LengthOfJobsUnknown_CountsAsLongWhileLongOnesAreSpared()
    {
        var view = Of(0, 9, "serving 1", "serving 2", "serving").Loaded((1, load => load with { RemainingWork = Minutes(1) }));

        Assert.Equal(["demo-3", "demo-2"], view.With(new() { SparesJobsOver = Minutes(5) }).Wanting(0).Decision.Retire);
        Assert.Equal(3, view.Wanting(0).Decision.Retire.Count);
    }

    [Theory]
    [InlineData("JobNumAwareAllocate")]
    [InlineData("Threshold")]
    [InlineData("TargetTracking")]
    [InlineData("SloSlack")]
    [InlineData("Predictive")]
    public void Decide_AnyStrategy_LearnsHowLongJobsTake(string name)
    {
        var strategy = AllocateStrategies.Find(name)!;
        var view = Of(1, 9, "serving 2", "serving");
        view = view with { Pressure = view.Pressure with { Finished = 10 } };
        var state = Planner.Decide(view, strategy).State;

        var ended = view.Later(state, TimeSpan.FromSeconds(30));
        state = Planner.Decide(ended with { Pressure = ended.Pressure with { Finished = 12 } }, strategy).State;

        Assert.Equal(30, state.Memory!.Load!.JobSeconds, 0.1);
        Assert.NotNull(RemainingWork.Guess(view.Pressure with { Backends = [view.Pressure.Backends[0] with { RunTime = Minutes(1) }] }, state.Memory.Load).Backends[0].RemainingWork);
    }

    [Fact]
    public void Decide_AnyStrategyWithoutTheRouters_LearnsNothing()
    {
        var view = Of(1, 9, "serving 2", "serving");

        Assert.Null((view with { Pressure = view.Pressure with { Missing = ["router 3f"] } }).Wanting(2).State.Memory!.Load);
    }

    [Fact]
    public void Decide_JobOutlastsTheDeadline_IsListed()
    {
        var view = Of(0, 9, "serving 2", "serving 1").Loaded(
            (0, load => load with { RemainingWork = Minutes(20) }), (1, load => load with { RemainingWork = Minutes(1) }));

        var (decision, _) = view.Wanting(0);

        Assert.Equal([new JobsAtRisk("demo-1", 2, Minutes(20), Minutes(5))], decision.AtRisk);
    }

    [Fact]
    public void Decide_LoadReturns_CallsBackBeforeItOrders()
    {
        var (decision, _) = Of(0, 9, "serving 4", "draining 1").Wanting(3);

        Assert.Equal(["demo-2"], decision.Reclaim);
        Assert.Single(decision.Start);
    }

    private static TimeSpan Minutes(int count) => TimeSpan.FromMinutes(count);
}
