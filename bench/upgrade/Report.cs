using System.Globalization;

namespace ControlPlane.Bench.Upgrade;

/// <summary>Medians and ratios. The last line is for programs to read.</summary>
internal sealed class Report(IReadOnlyList<Outcome> outcomes, IReadOnlyList<TimeSpan> pipes, double gigabytes)
{
    public void Write()
    {
        var pipe = Median(pipes);
        Console.WriteLine();
        Console.WriteLine("medians           pause ms  flip ms   copy s   MB/s  pipe/copy  pause/pipe");
        foreach (var mode in Mode.All)
        {
            var copy = Median(mode, outcome => outcome.Copy);
            var pause = Median(mode, outcome => outcome.Pause);
            Say($"{mode.Name,-15} {pause.TotalMilliseconds,10:0} {Median(mode, outcome => outcome.Flip).TotalMilliseconds,8:0.0} {copy.TotalSeconds,8:0.00} {Rate(copy),6:0} {pipe / copy,10:0.00} {pause / pipe,11:0.00}");
        }

        Say($"{"pg_dump | psql",-15} {"",10} {"",8} {pipe.TotalSeconds,8:0.00} {Rate(pipe),6:0}");
        Console.WriteLine();
        var cold = Median(Mode.ColdDump, outcome => outcome.Pause).TotalMilliseconds;
        var template = Median(Mode.ColdTemplate, outcome => outcome.Pause).TotalMilliseconds;
        var warm = Median(Mode.Warm, outcome => outcome.Pause).TotalMilliseconds;
        var flip = outcomes.Max(outcome => outcome.Flip).TotalMilliseconds;
        var held = outcomes.Max(outcome => outcome.Upgrade.LongestHeld).TotalMilliseconds;
        Console.WriteLine(string.Join(' ',
            "RESULT",
            $"pg_lost={outcomes.Sum(outcome => outcome.Lost)}",
            $"pg_failed={outcomes.Sum(outcome => outcome.Failures.Count)}",
            Text($"pg_cold_pause_ms={cold:0}"),
            Text($"pg_warm_fence_ms={warm:0}"),
            Text($"pg_flip_ms={flip:0.0}"),
            Text($"pg_longest_held_ms={held:0}"),
            Text($"pg_copy_vs_pipe={pipe / Median(Mode.ColdDump, outcome => outcome.Copy):0.00}"),
            Text($"size_gb={gigabytes:0.000}"),
            Text($"pg_template_pause_ms={template:0}"),
            $"pg_acknowledged={outcomes.Sum(outcome => outcome.Acknowledged)}",
            $"pg_unasked={outcomes.Sum(outcome => outcome.Unasked)}"));
    }

    private double Rate(TimeSpan took) => gigabytes * 1000 / took.TotalSeconds;

    private TimeSpan Median(Mode mode, Func<Outcome, TimeSpan> figure) => Median([.. outcomes.Where(outcome => outcome.Mode == mode).Select(figure)]);

    private static TimeSpan Median(IReadOnlyList<TimeSpan> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static void Say(FormattableString text) => Console.WriteLine(Text(text));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
