using System.Globalization;
using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Report;

/// <summary>Says of each trace whether the product meets its targets, and which rivals it beats.</summary>
internal static class Verdict
{
    public static string Of(TraceReport report)
    {
        var (over, late, actions) = report.IsBursty ? (25.0, 0.5, double.PositiveInfinity) : (8.0, 0.1, 60.0);
        var product = report.Product;
        string[] missed =
        [
            .. Missed("over", report.Over(product), over, "%"),
            .. Missed("late", report.Late(product), late, "%"),
            .. Missed("actions", report.ActionsPerDay(product), actions, "a day"),
            .. Missed("killed", product.Killed, 0, "jobs"),
        ];
        var rivals = report.Outcomes.Where(outcome => IsRival(outcome.Contender)).ToList();
        var unbeaten = rivals.Where(rival => !IsBeaten(report, rival, late)).Select(rival => rival.Contender).ToList();
        var targets = missed.Length == 0 ? "meets its targets" : "falls short: " + string.Join(", ", missed);
        return $"  {product.Contender} {targets}; {(unbeaten.Count == 0 ? "better than every rival" : "not better than " + string.Join(", ", unbeaten))}.";
    }

    /// <summary>Cheaper, and either no later than the rival or within the target.</summary>
    private static bool IsBeaten(TraceReport report, Outcome rival, double late) =>
        report.Product.BilledSteps < rival.BilledSteps && report.Late(report.Product) <= Math.Max(late, report.Late(rival));

    private static bool IsRival(string name) => name is "HPA" or "KEDA" or "KEDA tuned" or "Azure" or "Seed";

    private static IEnumerable<string> Missed(string what, double value, double limit, string unit)
    {
        if (value > limit)
            yield return string.Create(CultureInfo.InvariantCulture, $"{what} {value:0.###} {unit}, where {limit:0.###} is the target");
    }
}
