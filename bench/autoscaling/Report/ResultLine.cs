using System.Globalization;

namespace ControlPlane.Bench.Autoscaling.Report;

/// <summary>The last line, for machines.</summary>
internal static class ResultLine
{
    public static string Of(IReadOnlyList<TraceReport> reports)
    {
        var parts = reports.Select(report => string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Workload.Name}_over_pct={report.Over(report.Product):0.0} {report.Workload.Name}_late_pct={report.Late(report.Product):0.000} {report.Workload.Name}_actions_per_day={report.ActionsPerDay(report.Product):0.0}"));
        return $"RESULT {string.Join(' ', parts)} killed={reports.Sum(report => report.Product.Killed)}";
    }
}
