using ControlPlane.Core.Backtest;

namespace ControlPlane.Core.Tests.Backtest;

public sealed class CurveTests
{
    [Theory]
    [InlineData(1, 500, 1)]
    [InlineData(500, 500, 1)]
    [InlineData(501, 500, 2)]
    [InlineData(17_280, 500, 35)]
    public void StepsPerPoint_AnyLength_GivesAtMostSoManyPoints(int steps, int most, int perPoint)
    {
        Assert.Equal(perPoint, Curve.StepsPerPoint(steps, most));
        Assert.InRange(Curve.Means(new int[steps], perPoint).Length, 1, most);
    }

    [Fact]
    public void Means_AnyCurve_KeepsTheArea() => Assert.Equal([1.5, 3.5, 5], Curve.Means([1, 2, 3, 4, 5], 2));

    [Fact]
    public void Demand_JobsThatCouldStartAtOnce_AreInInstances()
    {
        var workload = new Workload { Name = "small", Jobs = [new(0, 4), new(1, 4), new(4, 2)], Steps = 5 };

        Assert.Equal([0.75, 1, 1], Curve.Demand(workload, new Setting { Slots = 2 }, 2));
    }

    [Fact]
    public void Draw_NamesWithMarkup_AreText()
    {
        var svg = SupplyChart.Draw("<script>1</script>", "a & b", [1, 2], [new ChartRow("\"x\"", "<", [0, 3])]);

        var document = System.Xml.Linq.XDocument.Parse(svg);
        Assert.DoesNotContain(document.Descendants(), element => element.Name.LocalName == "script");
        Assert.Contains("<script>1</script>", document.Root!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.2, 5, 1)]
    [InlineData(5, 30, 5)]
    [InlineData(600, 3600, 60)]
    public void For_TwoPeriods_IsTheShorterWithinBounds(double one, double other, double step) =>
        Assert.Equal(TimeSpan.FromSeconds(step), StepLength.For(TimeSpan.FromSeconds(one), TimeSpan.FromSeconds(other)));
}
