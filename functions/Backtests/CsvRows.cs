using System.Globalization;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Backtests;

/// <summary>Reads a load from lines with commas, below a line of names.</summary>
internal static class CsvRows
{
    private const string Field = "load.csv";

    public static Result<CsvTable> Read(string csv, LoadSpec spec)
    {
        var lines = csv.Split('\n', StringSplitOptions.TrimEntries);
        var names = lines[0].Split(',', StringSplitOptions.TrimEntries);
        var (time, seconds, count, each) = (Array.IndexOf(names, "time"), Array.IndexOf(names, "seconds"), Array.IndexOf(names, "count"), Array.IndexOf(names, "secondsEach"));
        if (time < 0 == seconds < 0 || count < 0 || (each < 0 && spec.SecondsEach is null))
            return Problem.Invalid(Field, "does not begin with a line of names that has count, either time or seconds, and secondsEach unless load.secondsEach is given.");

        var (rows, start) = (new List<UploadedRow>(), (DateTimeOffset?)null);
        for (var index = 1; index < lines.Length; index++)
        {
            if (lines[index].Length == 0)
                continue;
            var cells = lines[index].Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length != names.Length)
                return Problem.Invalid(Field, $"line {index + 1} has {cells.Length} values instead of {names.Length}.");
            var moment = time < 0 ? null : Moments.Parse(cells[time]);
            if (time >= 0 && moment is null)
                return Problem.Invalid(Field, $"line {index + 1}: \"{cells[time]}\" is no time. {Moments.Example}");
            start ??= moment;
            if (moment < start)
                return Problem.Invalid(Field, $"line {index + 1}: {cells[time]} is before the first line's time. Put the earliest first.");
            rows.Add(new(
                $"{Field}[{index + 1}]",
                moment is { } at ? (at - start!.Value).TotalSeconds : Number(cells[seconds]),
                Number(cells[count]),
                each < 0 ? spec.SecondsEach!.Value : Number(cells[each])));
        }

        return new CsvTable(rows, start);
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}

/// <summary>What a CSV holds.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Start">The first time in it; null when it counts seconds.</param>
internal sealed record CsvTable(IReadOnlyList<UploadedRow> Rows, DateTimeOffset? Start);
