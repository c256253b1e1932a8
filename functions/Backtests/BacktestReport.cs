using System.Globalization;
using ControlPlane.Core.Backtest;

namespace ControlPlane.Functions.Backtests;

/// <summary>Makes the answer, and the picture of it.</summary>
internal static class BacktestReport
{
    /// <summary>The most points of a curve.</summary>
    public const int MostPoints = 500;

    private static readonly string[] NeverReplayed =
    [
        "Starts that fail, instances that break, and pools without a free place: here every boot takes bootSeconds and goes well.",
        "Scale requests and alerts that were in force.",
        "Looks at which an input was missing or stale, and the longer pauses between looks at a calm group.",
    ];

    public static BacktestAnswer Of(PlayedLoad load, Workload workload, Assumptions assumptions, PolicyPlay current, PolicyPlay? changed)
    {
        var setting = PlayRules.ToSetting(assumptions);
        var perPoint = Curve.StepsPerPoint(workload.Steps, MostPoints);
        DateTimeOffset At(int point) => workload.Start + (setting.Step * perPoint * point);
        IEnumerable<string> byHand = load.HasByHand ? ["Backends that were added by hand: here every instance is the group's own."] : [];
        return new BacktestAnswer(
            current.Monitor.Name,
            new LoadView(
                load.Source,
                workload.Start,
                workload.Start + (setting.Step * workload.Steps),
                load.Jobs.Count,
                workload.Jobs.Count,
                Hours(workload.Jobs.Sum(job => (long)job.Length) / (double)setting.Slots, setting),
                load.Record,
                [.. Curve.Demand(workload, setting, perPoint).Select((instances, point) => new DemandPoint(At(point), Math.Round(instances, 3)))]),
            assumptions,
            View(current),
            changed is null ? null : View(changed),
            [.. current.NotReplayed.Union(changed?.NotReplayed ?? []), .. byHand, .. NeverReplayed]);

        PlayView View(PolicyPlay play)
        {
            var outcome = play.Outcome;
            var paid = Curve.Means(outcome.Paid, perPoint);
            return new PlayView(
                play.Monitor.Strategy,
                play.Monitor.Min,
                play.Monitor.Max,
                Hours(outcome.BilledSteps, setting),
                Hours(outcome.BootingSteps, setting),
                Hours(outcome.LeavingSteps, setting),
                outcome.Actions,
                outcome.Late,
                workload.Jobs.Count == 0 ? 0 : Math.Round(outcome.Late / (double)workload.Jobs.Count, 6),
                outcome.NeverStarted,
                outcome.Killed,
                (setting.Step * outcome.LongestWait).TotalSeconds,
                [.. Curve.Means(outcome.Ready, perPoint).Select((ready, point) => new InstancePoint(At(point), Math.Round(ready, 3), Math.Round(paid[point], 3)))],
                [.. play.Actions.Select(decision => new ActionView(decision.At, decision.Action, decision.Current, decision.Desired, decision.Reason))]);
        }
    }

    /// <summary>Demand against what each policy has ready.</summary>
    public static string Draw(BacktestAnswer answer)
    {
        List<ChartRow> rows = [Row("as it is", answer.Current)];
        if (answer.Changed is { } changed)
            rows.Add(Row("changed", changed));
        return SupplyChart.Draw(
            string.Create(CultureInfo.InvariantCulture, $"{answer.Monitor}: instances from {answer.Load.From:u} to {answer.Load.To:u}."),
            "needed if every job started as it came",
            [.. answer.Load.Demand.Select(point => point.Instances)],
            rows);
    }

    private static ChartRow Row(string name, PlayView play) => new(
        name,
        string.Create(CultureInfo.InvariantCulture, $"{play.InstanceHours:0.#} h, {100 * play.LateShare:0.##} % late"),
        [.. play.Instances.Select(point => point.Ready)]);

    private static double Hours(double steps, Setting setting) => Math.Round(steps * setting.Step.TotalHours, 4);
}
