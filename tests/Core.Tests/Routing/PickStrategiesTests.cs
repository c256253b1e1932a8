using ControlPlane.Core.Routing;

namespace ControlPlane.Core.Tests.Routing;

public sealed class PickStrategiesTests
{
    [Fact]
    public void Names_AreAsTheSeedWritesThem() =>
        Assert.Equal(["JobNumAwareStrategy", "ResourceAwareStrategy", "AllBackendsStrategy"], PickStrategies.Names);

    [Theory]
    [InlineData(null, PickStrategy.JobNumAware)]
    [InlineData("", PickStrategy.JobNumAware)]
    [InlineData("JobNumAwareStrategy", PickStrategy.JobNumAware)]
    [InlineData("JobNumAware", PickStrategy.JobNumAware)]
    [InlineData("ResourceAwareStrategy", PickStrategy.ResourceAware)]
    [InlineData("ResourceAware", PickStrategy.ResourceAware)]
    [InlineData("AllBackendsStrategy", PickStrategy.AllBackends)]
    [InlineData("AllBackends", PickStrategy.AllBackends)]
    public void Find_KnownName_WithAndWithoutItsEnding(string? name, PickStrategy expected) => Assert.Equal(expected, PickStrategies.Find(name));

    [Theory]
    [InlineData("resourceaware")]
    [InlineData("Strategy")]
    [InlineData("ResourceAwareStrategyStrategy")]
    [InlineData("FreeCoresStrategy")]
    [InlineData("0")]
    [InlineData(" ")]
    public void Find_UnknownName_IsNull(string name) => Assert.Null(PickStrategies.Find(name));
}
