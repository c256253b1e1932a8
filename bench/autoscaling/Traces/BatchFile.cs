using System.Globalization;

namespace ControlPlane.Bench.Autoscaling.Traces;

/// <summary>Lines of a second and what arrived in the bin that begins then: letters between commas, a bar after each batch.</summary>
internal static class BatchFile
{
    public static bool Recognises(string firstLine) => firstLine.Contains(",|", StringComparison.Ordinal);

    public static Counts Read(IEnumerable<string> lines)
    {
        var rows = lines.Select(line => line.Split(' ', 2))
            .Select(parts => (Second: long.Parse(parts[0], CultureInfo.InvariantCulture), Count: parts.Length < 2 ? 0 : parts[1].Count(char.IsLetter)))
            .ToList();
        var bin = rows[1].Second - rows[0].Second;
        var values = new double[((rows[^1].Second - rows[0].Second) / bin) + 1];
        foreach (var (second, count) in rows)
            values[(second - rows[0].Second) / bin] += count;
        return new(DateTimeOffset.UnixEpoch.AddSeconds(rows[0].Second), TimeSpan.FromSeconds(bin), values);
    }
}
