using ControlPlane.Core.Upgrades;

namespace ControlPlane.Core.Tests.Upgrades;

public sealed class SideWindowTests
{
    private static readonly AnalysisTerms Terms = new();
    private static readonly SideWindow Old = new(1000, 0, TimeSpan.FromMilliseconds(50));

    [Theory]
    [InlineData(100, 1, 50, true)]
    [InlineData(100, 2, 50, false)]
    [InlineData(19, 19, 50, true)]
    [InlineData(20, 20, 50, false)]
    [InlineData(100, 0, 150, true)]
    [InlineData(100, 0, 200, false)]
    public void WorseThan_Figures_JudgesByErrorsAndDelay(long answers, long failures, int p95, bool isWell)
    {
        var fault = new SideWindow(answers, failures, TimeSpan.FromMilliseconds(p95)).WorseThan(Old, Terms);

        Assert.Equal(isWell, fault is null);
    }

    [Fact]
    public void WorseThan_ManyTimesSlowerButStillQuick_IsWell() =>
        Assert.Null(new SideWindow(100, 0, TimeSpan.FromMilliseconds(50)).WorseThan(Old with { P95 = TimeSpan.FromMilliseconds(5) }, Terms));

    [Fact]
    public void WorseThan_LittleIsKnownOfTheOldSide_DoesNotJudgeByDelay() =>
        Assert.Null(new SideWindow(100, 0, TimeSpan.FromSeconds(5)).WorseThan(new SideWindow(3, 0, TimeSpan.FromMilliseconds(5)), Terms));
}
