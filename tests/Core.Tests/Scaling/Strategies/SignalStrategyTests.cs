using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;
using ControlPlane.Core.Tests.Scaling.Policies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling.Strategies;

/// <summary>The two strategies that act on signals.</summary>
public sealed class SignalStrategyTests
{
    private static GroupView Four => Of(0, 9, "serving", "serving", "serving", "serving");

    [Theory]
    [InlineData(0.70, 4)]
    [InlineData(0.76, 4)]
    [InlineData(0.64, 4)]
    [InlineData(0.80, 5)]
    [InlineData(1.40, 8)]
    [InlineData(0.35, 2)]
    [InlineData(0.00, 0)]
    public void TargetTracking_OneSignal_ScalesByProportionOutsideTheTolerance(double cpu, int count) =>
        Assert.Equal(count, new TargetTracking().Propose(Cpu(cpu)).Count);

    [Fact]
    public void TargetTracking_TwoSignals_TheHighestWishCounts()
    {
        var view = Four.With(new() { Signals = [Signal("one"), Signal("two")] }) with { Readings = [new("one", 0.35, Now), new("two", 1.4, Now)] };

        var proposal = new TargetTracking().Propose(view);

        Assert.Equal(8, proposal.Count);
        Assert.StartsWith("two is 1.4", proposal.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void TargetTracking_NoInstanceAndNoValue_WakesOneWhenJobsWait(int queued, int count) =>
        Assert.Equal(count, new TargetTracking().Propose(Of(0, 9).Queued(queued).With(new() { Signals = [Signal("one")] })).Count);

    [Fact]
    public void TargetTracking_OneOfTwoMissing_GrowsButIsBlind()
    {
        var view = Four.With(new() { Signals = [Signal("one"), Signal("two")] }) with { Readings = [new("one", 1.4, Now)] };

        var proposal = new TargetTracking().Propose(view);

        Assert.Equal((8, true), (proposal.Count, proposal.IsBlind));
    }

    [Fact]
    public void TargetTracking_NoSignalNamed_KeepsSevenOfTenSlotsBusy() =>
        Assert.Equal(3, new TargetTracking().Propose(Of(0, 9, "serving 4", "serving 4")).Count);

    [Theory]
    [InlineData("BB", 0.8, 5, "high")]
    [InlineData("B", 0.8, 4, "hold")]
    [InlineData("-B", 0.8, 4, "hold")]
    [InlineData("II", 0.2, 3, "low")]
    [InlineData("II", 0.5, 4, "hold")]
    public void Threshold_EnoughLooksInARow_MovesByOne(string seen, double cpu, int count, string rule)
    {
        var proposal = new Threshold().Propose(Cpu(cpu).Seen(seen));

        Assert.Equal((count, rule), (proposal.Count, proposal.Rule));
    }

    [Fact]
    public void Threshold_FewerWouldBeTooFew_Stays()
    {
        var view = Of(0, 9, "serving", "serving").With(new() { Signals = [Signal("cpu") with { High = 0.7, Low = 0.6 }] }) with { Readings = [new("cpu", 0.5, Now)] };

        Assert.Equal("hold", new Threshold().Propose(view.Seen("II")).Rule);
    }

    [Fact]
    public void Threshold_OneBoots_IsNotOverTheBound()
    {
        var view = Of(0, 9, "serving", "starting").With(new() { Signals = [Signal("cpu")] }) with { Readings = [new("cpu", 2, Now)] };

        Assert.Equal("B-", new Threshold().Propose(view.Seen("B")).Samples);
    }

    private static GroupView Cpu(double value) =>
        Four.With(new() { Signals = [Signal("cpu")] }) with { Readings = [new("cpu", value, Now)] };

    private static Signal Signal(string name) => new() { Name = name, Kind = SignalKind.Cpu, Target = 0.7 };
}
