using System.Globalization;

namespace ControlPlane.Bench.Groups;

/// <summary>What the program says of itself at one moment: its metrics, its processor time, its memory.</summary>
internal sealed record Figures(DateTimeOffset At, TimeSpan ProcessorTime, long ResidentBytes, IReadOnlyDictionary<string, double> Metrics)
{
    private const string Lateness = "controlplane_look_lateness_seconds_bucket{le=\"";

    public static async Task<Figures> ReadAsync(ControlPlaneProcess process, HttpClient client)
    {
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var metrics = text.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#' && !line.StartsWith("controlplane_backend_", StringComparison.Ordinal))
            .Select(line => (Name: line[..line.LastIndexOf(' ')], Value: double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)))
            .ToDictionary(line => line.Name, line => line.Value, StringComparer.Ordinal);
        return new(TimeProvider.System.GetUtcNow(), process.ProcessorTime, process.ResidentBytes, metrics);
    }

    /// <summary>All values of a metric, whatever their labels.</summary>
    public double Sum(string name, string label = "") =>
        Metrics.Where(pair => (pair.Key == name || pair.Key.StartsWith(name + "{", StringComparison.Ordinal)) && pair.Key.Contains(label, StringComparison.Ordinal)).Sum(pair => pair.Value);

    /// <summary>How late looks came, in milliseconds: a share of them came no later. Within a bucket they are taken to be spread evenly.</summary>
    public double LatenessMs(Figures before, double share)
    {
        var buckets = Metrics.Where(pair => pair.Key.StartsWith(Lateness, StringComparison.Ordinal))
            .Select(pair => (Bound: BoundOf(pair.Key), Count: pair.Value - before.Metrics.GetValueOrDefault(pair.Key)))
            .OrderBy(bucket => bucket.Bound)
            .ToList();
        var wanted = share * buckets[^1].Count;
        var (low, below) = (0.0, 0.0);
        foreach (var (bound, count) in buckets)
        {
            if (count >= wanted && count > below)
                return 1000 * (double.IsInfinity(bound) ? low : low + ((bound - low) * (wanted - below) / (count - below)));
            (low, below) = (bound, count);
        }

        return 0;
    }

    private static double BoundOf(string key)
    {
        var text = key[Lateness.Length..^2];
        return text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
    }
}
