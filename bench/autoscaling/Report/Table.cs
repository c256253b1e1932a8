using System.Globalization;
using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Report;

/// <summary>Prints what came of a trace.</summary>
internal static class Table
{
    public static void Print(TraceReport report, TextWriter to)
    {
        var optimum = report.Optimum;
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{report.Workload.Name}: {report.Workload.Jobs.Count} jobs in {report.Days:0.0} days, {(report.IsBursty ? "bursty" : "cyclic")} ({report.Burstiness:0.00}); optimum {optimum.BilledSteps / (double)World.StepsPerHour:0} instance-hours, peak {optimum.Ready.Max()}, {Changes(optimum.Ready) / report.Days:0} changes a day"));
        to.WriteLine("                         over %   late %  actions  killed |  boot  leave | under  over    under  over   insta-  jitter");
        to.WriteLine("                        optimum           per day         |  % of paid   |  accuracy %     time %      bility %   /h");
        foreach (var outcome in report.Outcomes)
        {
            var metrics = Elasticity.Of(optimum.Ready, outcome.Ready, World.StepsPerHour);
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {outcome.Contender,-20} {report.Over(outcome),8:0.0} {report.Late(outcome),8:0.000} {report.ActionsPerDay(outcome),8:0.0} {outcome.Killed,7} | {Share(outcome.BootingSteps, outcome),5:0.0} {Share(outcome.LeavingSteps, outcome),6:0.0} | {metrics.UnderAccuracy,5:0.0} {metrics.OverAccuracy,6:0.0} {metrics.UnderTime,7:0.0} {metrics.OverTime,6:0.0} {metrics.Instability,7:0.0} {metrics.Jitter,8:0.00}"));
        }
    }

    private static double Share(long steps, Outcome outcome) => 100.0 * steps / outcome.BilledSteps;

    private static int Changes(int[] curve) => curve.Zip(curve.Skip(1)).Count(pair => pair.First != pair.Second);
}
