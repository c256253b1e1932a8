using System.Globalization;
using ControlPlane.Bench.Autoscaling;
using ControlPlane.Bench.Autoscaling.Report;
using ControlPlane.Bench.Autoscaling.Traces;
using ControlPlane.Core.Backtest;

namespace ControlPlane.AutoscalingBench.Tests;

/// <summary>The whole bench on the generated trace.</summary>
public sealed class BenchTests
{
    private static readonly Setting Setting = World.Setting;

    private static readonly Lazy<TraceReport> Played = new(Play);

    [Fact]
    public void Play_GeneratedTrace_MeetsTheTargetsAndBeatsEveryRival() =>
        Assert.Equal("  SloSlack meets its targets; better than every rival.", Verdict.Of(Played.Value));

    [Fact]
    public void Play_AnyContender_PaysNoLessThanTheOptimumUnlessItIsLate() =>
        Assert.All(Played.Value.Outcomes, outcome => Assert.True(outcome.Late > 0 || outcome.BilledSteps >= Played.Value.Optimum.BilledSteps, outcome.Contender));

    [Fact]
    public void Play_ProductStrategies_KillNothing() =>
        Assert.All(Played.Value.Outcomes.Take(5), outcome => Assert.Equal((outcome.Contender, 0), (outcome.Contender, outcome.Killed)));

    [Fact]
    public void Play_Twice_IsTheSame() =>
        Assert.Equal(Lines(Played.Value), Lines(Play()));

    [Fact]
    public void Play_SeedRule_OrdersWithoutEndAndServesNoMore()
    {
        var seed = Played.Value.Outcomes.Single(outcome => outcome.Contender == "Seed");

        Assert.Equal(seed.Ready[0], seed.Ready.Max());
        Assert.Equal(Setting.Max - seed.Ready[0], seed.Actions);
    }

    [Fact]
    public void ResultLine_NamesEachTraceAndEndsWithTheKilled()
    {
        var line = ResultLine.Of([Played.Value]);

        Assert.Matches(@"^RESULT generated_two_days_over_pct=[\d.-]+ generated_two_days_late_pct=[\d.]+ generated_two_days_actions_per_day=[\d.]+ killed=0$", line);
    }

    [Fact]
    public void Chart_ShowsEveryContender()
    {
        var chart = Chart.Draw(Played.Value);

        Assert.All(Played.Value.Outcomes, outcome => Assert.Contains($">{outcome.Contender}</text>", chart, StringComparison.Ordinal));
        _ = System.Xml.Linq.XDocument.Parse(chart);
    }

    [Fact]
    public void Read_GeneratedTrace_NeedsWhatTheSettingSays()
    {
        var workload = Played.Value.Workload;

        var need = workload.Jobs.Sum(job => job.Length) / (double)Setting.Slots / workload.Steps;

        Assert.Equal(World.MeanNeed, need, 0.05);
    }

    private static TraceReport Play() =>
        Match.Play(TraceFolder.Read(Path.Combine(AppContext.BaseDirectory, "traces", "generated_two_days.csv"), Setting), Setting, _ => { });

    private static string Lines(TraceReport report) => string.Join('\n', report.Outcomes.Select(outcome =>
        string.Create(CultureInfo.InvariantCulture, $"{outcome.Contender} {outcome.BilledSteps} {outcome.Late} {outcome.Actions} {outcome.Killed}")));
}
