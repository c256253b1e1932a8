using System.Globalization;
using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Report;

/// <summary>Draws demand, which is what the optimum has ready, against what each contender has ready.</summary>
internal static class Chart
{
    public static string Draw(TraceReport report) => SupplyChart.Draw(
        string.Create(CultureInfo.InvariantCulture, $"{report.Workload.Name}: instances over {report.Days:0.0} days."),
        "optimum",
        Curve(report.Optimum.Ready),
        [.. report.Outcomes.Select(outcome => new ChartRow(
            outcome.Contender,
            string.Create(CultureInfo.InvariantCulture, $"+{report.Over(outcome):0.0} %, late {report.Late(outcome):0.00} %"),
            Curve(outcome.Ready)))]);

    private static double[] Curve(int[] ready) => Array.ConvertAll(ready, count => (double)count);
}
