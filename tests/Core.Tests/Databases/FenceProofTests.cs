using ControlPlane.Core.Databases;

namespace ControlPlane.Core.Tests.Databases;

public sealed class FenceProofTests
{
    private static readonly FenceTry Refused = new("insert", FenceOutcome.Refused, "28000");

    [Fact]
    public void IsFenced_AllRefused_True() => Assert.True(new FenceProof { Tries = [Refused, Refused] }.IsFenced);

    [Fact]
    public void IsFenced_NothingTried_False() => Assert.False(new FenceProof().IsFenced);

    [Theory]
    [InlineData(FenceOutcome.Written)]
    [InlineData(FenceOutcome.Unclear)]
    public void IsFenced_OneNotRefused_False(FenceOutcome outcome) =>
        Assert.False(new FenceProof { Tries = [Refused, Refused with { Outcome = outcome }] }.IsFenced);

    [Fact]
    public void IsFenced_ASessionIsLeft_False() => Assert.False(new FenceProof { Tries = [Refused], Sessions = ["shop_app_1"] }.IsFenced);
}
