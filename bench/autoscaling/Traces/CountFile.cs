using System.Globalization;

namespace ControlPlane.Bench.Autoscaling.Traces;

/// <summary>Comma separated lines of a time and a count, under one line of names. The bin is the commonest gap between times.</summary>
internal static class CountFile
{
    public static bool Recognises(string firstLine) => firstLine.Split(',') is [var time, var count]
        && time.Any(char.IsLetter) && count.Any(char.IsLetter);

    public static Counts Read(IEnumerable<string> lines)
    {
        var rows = lines.Skip(1)
            .Select(line => line.Split(','))
            .Where(fields => fields.Length >= 2)
            .Select(fields => (At: Time(fields[0]), Count: double.Parse(fields[1], CultureInfo.InvariantCulture)))
            .OrderBy(row => row.At)
            .ToList();
        var bin = rows.Zip(rows.Skip(1), (one, next) => next.At - one.At)
            .Where(gap => gap > TimeSpan.Zero)
            .GroupBy(gap => gap)
            .MaxBy(gaps => gaps.Count())!.Key;
        var values = new double[(int)((rows[^1].At - rows[0].At) / bin) + 1];
        foreach (var (at, count) in rows)
            values[(int)((at - rows[0].At) / bin)] += count;
        return new(rows[0].At, bin, values);
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
