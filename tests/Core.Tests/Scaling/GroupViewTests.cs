using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling;

public sealed class GroupViewTests
{
    [Theory]
    [InlineData("serving", 1, 0, 0)]
    [InlineData("unhealthy", 1, 0, 0)]
    [InlineData("starting", 1, 1, 0)]
    [InlineData("broken", 0, 0, 1)]
    [InlineData("draining", 0, 0, 1)]
    [InlineData("leaving", 0, 0, 1)]
    [InlineData("new", 1, 0, 0)]
    [InlineData("hand", 1, 0, 0)]
    [InlineData("hand-joining", 1, 0, 0)]
    [InlineData("hand-unhealthy", 0, 0, 0)]
    [InlineData("hand-draining", 0, 0, 0)]
    public void Current_Member_IsCountedAs(string member, int current, int starting, int leaving)
    {
        var view = Of(0, 9, member);

        Assert.Equal((current, starting, leaving), (view.Current, view.Starting, view.Leaving));
    }

    [Fact]
    public void Base_IsTheTargetUnlessThereAreMore()
    {
        Assert.Equal(5, Of(0, 9, "serving").Target(5).Base);
        Assert.Equal(2, Of(0, 9, "serving", "serving").Target(1).Base);
        Assert.Equal(3, Of(0, 9, "hand", "hand").Target(1).Base);
    }
}
