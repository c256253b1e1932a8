using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Strategies;
using ControlPlane.Core.Tests.Scaling.Policies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>When a look has nothing new to store.</summary>
public sealed class UnchangedTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    [Fact]
    public void IsOutcome_WindowNotYetFull_No()
    {
        var (first, state) = Of(1, 5, "serving", "serving 1").Decide();
        var second = (Of(1, 5, "serving", "serving 1") with { State = state }).Decide().Decision;

        Assert.Equal(ScalingAction.None, second.Action);
        Assert.False(Unchanged.IsOutcome(first, second));
    }

    [Fact]
    public void IsOutcome_SameAgain_Yes()
    {
        var (first, state) = Of(1, 5, "serving").Seen("III").Decide();

        Assert.True(Unchanged.IsOutcome(first, (Of(1, 5, "serving") with { State = state }).Decide().Decision));
    }

    [Fact]
    public void IsOutcome_AnInstanceIsOrdered_No()
    {
        var decision = Of(2, 5, "serving").Decide().Decision;

        Assert.False(Unchanged.IsOutcome(decision, decision));
    }

    [Theory]
    [InlineData("serving,serving 1", 0, true)]
    [InlineData("serving,serving 2", 0, false)]
    [InlineData("serving,serving 1", 1, false)]
    [InlineData("serving,hand 1", 0, false)]
    [InlineData("serving", 0, false)]
    public void IsInput_OtherLoad_No(string members, int queued, bool isSame)
    {
        var before = Of(2, 2, "serving", "serving 1").Decide().Decision;

        var now = Of(2, 2, members.Split(',')).Queued(queued).Decide().Decision;

        Assert.Equal(isSame, Unchanged.IsInput(before, now with { At = now.At.AddHours(1) }));
    }

    [Fact]
    public void IsInput_AnEngineFallsSilent_No()
    {
        var heard = Of(2, 2, "serving", "unhealthy").Decide().Decision;
        var silent = heard with { Pressure = heard.Pressure with { Backends = [.. heard.Pressure.Backends.Select(load => load with { IsSilent = true })] } };

        Assert.False(Unchanged.IsInput(heard, silent));
    }

    [Theory]
    [InlineData("JobNumAwareAllocate", "serving", "serving")]
    [InlineData("Threshold", "serving", "serving")]
    [InlineData("TargetTracking", "serving", "serving")]
    [InlineData("JobNumAwareAllocate", "serving", "serving 1")]
    [InlineData("Threshold", "serving", "serving 1")]
    public void IsMemory_CalmGroupThatSleeps_Yes(string name, params string[] members)
    {
        var strategy = AllocateStrategies.Find(name)!;
        var view = Of(2, 5, members);
        var (_, first) = Planner.Decide(view.Seen("---"), strategy);

        var (_, later) = Planner.Decide(view.Later(first, TimeSpan.FromMinutes(15)), strategy);

        Assert.True(Unchanged.IsMemory(first with { Samples = later.Samples }, later));
    }

    [Theory]
    [InlineData(0, 600, true)]
    [InlineData(2, 20, true)]
    [InlineData(2, 40, false)]
    public void IsMemory_SteadyLoad_MustBeStoredNowAndThenButNotWithoutAny(int running, int seconds, bool isSame)
    {
        var load = new LoadMemory { At = Now, Running = running };
        var before = new GroupState { Memory = new() { Load = load } };
        var after = before with { Sequence = 1, Memory = new() { Load = load with { At = Now.AddSeconds(seconds), OpenSeconds = seconds } } };

        Assert.Equal(isSame, Unchanged.IsMemory(before, after));
    }

    [Fact]
    public void IsMemory_FewerAreProposed_No()
    {
        var window = TimeSpan.FromMinutes(5);
        var before = new GroupState { Memory = new ScalingMemory().WithWish(3, Now, window, Period) };

        Assert.True(Unchanged.IsMemory(before, before with { Memory = before.Memory!.WithWish(3, Now.AddHours(1), window, Period) }));
        Assert.False(Unchanged.IsMemory(before, before with { Memory = before.Memory!.WithWish(2, Now.AddHours(1), window, Period) }));
    }

    /// <summary>What was proposed until the last look counts from then, not from the look that stored it.</summary>
    [Fact]
    public void WithWish_LessAfterALongTimeOfTheSame_HoldsForAWholeWindowStill()
    {
        var window = TimeSpan.FromMinutes(5);
        var memory = new ScalingMemory().WithWish(3, Now, window, Period).WithWish(2, Now.AddHours(1), window, Period);

        Assert.Equal([3, 2], memory.Wishes.Select(wish => wish.Count));
        Assert.Equal([2], memory.WithWish(2, Now.AddMinutes(66), window, Period).Wishes.Select(wish => wish.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public void WithWish_LessAfterLooksThatWereNotStored_HoldsForAWholeWindowSinceTheLastOfThem(int looks)
    {
        var window = TimeSpan.FromMinutes(5);
        var stored = new ScalingMemory().WithWish(3, Now, window, Period);
        var lastOfThree = Now + ((looks - 1) * Period);

        var memory = stored.WithWish(2, lastOfThree + Period, window, Period);

        Assert.Equal([3, 2], memory.WithWish(2, lastOfThree + window - (Period / 5), window, Period).Wishes.Select(wish => wish.Count));
        Assert.Equal([2], memory.WithWish(2, lastOfThree + window, window, Period).Wishes.Select(wish => wish.Count));
    }
}
