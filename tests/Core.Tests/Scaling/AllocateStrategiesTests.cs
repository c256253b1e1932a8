using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class AllocateStrategiesTests
{
    [Fact]
    public void Names_HaveNoEnding() =>
        Assert.Equal(["JobNumAwareAllocate", "Predictive", "SloSlack", "TargetTracking", "Threshold"], AllocateStrategies.Names);

    [Theory]
    [InlineData("JobNumAwareAllocate")]
    [InlineData("JobNumAwareAllocateStrategy")]
    public void Find_BothNames_GiveTheSame_PeerDefect21(string name) => Assert.IsType<JobNumAwareAllocate>(AllocateStrategies.Find(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Strategy")]
    [InlineData("jobNumAwareAllocate")]
    [InlineData("JobNumAwareAllocateStrategyStrategy")]
    [InlineData("JobNumAware")]
    public void Find_UnknownName_IsNull(string? name) => Assert.Null(AllocateStrategies.Find(name));

    [Fact]
    public void Find_EveryListedName_IsThere() => Assert.All(AllocateStrategies.Names, name => Assert.Equal(name, AllocateStrategies.Find(name)?.Name));
}
