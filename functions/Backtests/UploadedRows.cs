using System.Globalization;
using ControlPlane.Core.Backtest;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Backtests;

/// <summary>Reads a load that was uploaded.</summary>
internal static class UploadedRows
{
    /// <summary>The most jobs of a load.</summary>
    public const int MostJobs = 1_000_000;

    /// <summary>The longest load.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    private const double LongestJobSeconds = 7 * 86_400;

    /// <summary>The moment of second 0 where nothing says another: a Monday.</summary>
    private static readonly DateTimeOffset DefaultStart = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads the jobs, by arrival.</summary>
    public static Result<UploadedLoad> Read(LoadSpec spec)
    {
        if (spec.SpreadSeconds is not (null or (>= 0 and <= 86_400)))
            return Problem.Invalid("load.spreadSeconds", $"is {spec.SpreadSeconds}. Give a number from 0 to 86400.");
        var start = spec.StartsAt is { } text ? Moments.Parse(text) : null;
        if (spec.StartsAt is not null && start is null)
            return Problem.Invalid("load.startsAt", $"\"{spec.StartsAt}\" is no time. {Moments.Example}");
        if (spec.Jobs is { } rows)
            return Jobs([.. rows.Select((row, index) => FromNumbers(row, index, spec))], spec, start ?? DefaultStart);
        var lines = CsvRows.Read(spec.Csv!, spec);
        return lines.Is(out var table, out var problem) ? Jobs(table.Rows, spec, start ?? table.Start ?? DefaultStart) : problem;
    }

    private static UploadedRow FromNumbers(IReadOnlyList<double>? row, int index, LoadSpec spec) => row switch
    {
        [var seconds, var count, var each] => new($"load.jobs[{index}]", seconds, count, each),
        [var seconds, var count] when spec.SecondsEach is { } each => new($"load.jobs[{index}]", seconds, count, each),
        _ => new($"load.jobs[{index}]", double.NaN, 0, 0),
    };

    private static Result<UploadedLoad> Jobs(IReadOnlyList<UploadedRow> rows, LoadSpec spec, DateTimeOffset start)
    {
        if (rows.Count == 0)
            return Problem.Invalid(spec.Jobs is null ? "load.csv" : "load.jobs", "has no rows.");
        if (rows.Select(Check).FirstOrDefault(error => error is not null) is { } wrong)
            return Problem.Invalid([wrong]);
        if (rows.Sum(row => row.Count) > MostJobs)
            return BacktestRunner.TooLong($"The load has {rows.Sum(row => row.Count)} jobs, more than {MostJobs}.");
        var jobs = rows.SelectMany(row => Spread(row, spec.SpreadSeconds ?? 0)).OrderBy(job => job.Arrival);
        var last = rows.Max(row => row.Seconds) + (spec.SpreadSeconds ?? 0);
        return new UploadedLoad([.. jobs], start, TimeSpan.FromSeconds(last));
    }

    private static FieldError? Check(UploadedRow row)
    {
        if (!(row.Seconds >= 0 && row.Seconds <= Longest.TotalSeconds))
            return new(row.Field, $"is no row of a load. Give the seconds from the start, 0 to {Longest.TotalSeconds}, the number of jobs, and the seconds that each takes, unless secondsEach says it.");
        if (!(row.Count >= 0 && row.Count <= int.MaxValue && row.Count == Math.Floor(row.Count)))
            return new(row.Field, $"has {row.Count.ToString(CultureInfo.InvariantCulture)} jobs. Give a whole number from 0.");
        return row.SecondsEach is > 0 and <= LongestJobSeconds
            ? null
            : new(row.Field, $"has jobs of {row.SecondsEach.ToString(CultureInfo.InvariantCulture)} s. Give a number over 0, at most {LongestJobSeconds}.");
    }

    private static IEnumerable<TimedJob> Spread(UploadedRow row, double spread) =>
        Enumerable.Range(0, (int)row.Count).Select(number => new TimedJob(
            TimeSpan.FromSeconds(row.Seconds + (spread * number / row.Count)), TimeSpan.FromSeconds(row.SecondsEach)));
}

/// <summary>Jobs that come at one time, or from one time on.</summary>
/// <param name="Field">Where they stand in the request.</param>
/// <param name="Seconds">From the start.</param>
/// <param name="Count">How many.</param>
/// <param name="SecondsEach">How long each takes.</param>
internal sealed record UploadedRow(string Field, double Seconds, double Count, double SecondsEach);

/// <summary>A load that was uploaded.</summary>
internal sealed record UploadedLoad(IReadOnlyList<TimedJob> Jobs, DateTimeOffset Start, TimeSpan Length);
