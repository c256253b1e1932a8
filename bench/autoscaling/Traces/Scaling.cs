using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Traces;

/// <summary>Turns what a trace tells into jobs that need the wanted number of instances in the mean.</summary>
internal static class Scaling
{
    private const int Seed = 20260105;

    /// <summary>The fixed part of an analytic job, and the longest that one may take.</summary>
    private static readonly TimeSpan Overhead = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Jobs of one step, as many as give the need, at times drawn evenly inside each bin. With jobs of one step the
    /// optimum is exact.
    /// </summary>
    public static Workload FromCounts(string name, Counts counts, Setting setting)
    {
        var random = new Random(Seed);
        var stepsPerBin = counts.Bin / World.Step;
        var factor = World.MeanNeed * setting.Slots * stepsPerBin / counts.Values.Average();
        var jobs = new List<Job>();
        var owed = 0.0;
        for (var bin = 0; bin < counts.Values.Count; bin++)
        {
            owed += counts.Values[bin] * factor;
            for (; owed >= 1; owed--)
                jobs.Add(new Job((int)((bin + random.NextDouble()) * stepsPerBin), 1));
        }

        return Finished(name, jobs, (int)Math.Ceiling(counts.Values.Count * stepsPerBin), setting) with { Start = counts.Start };
    }

    /// <summary>A job takes half a minute and its bytes over a throughput, at most 15 min; the throughput is what gives the need.</summary>
    public static Workload FromBytes(string name, IReadOnlyList<(double Second, double Bytes)> rows, Setting setting)
    {
        var steps = (int)Math.Ceiling((rows[^1].Second - rows[0].Second + 1) / World.Step.TotalSeconds);
        var wanted = World.MeanNeed * setting.Slots * steps;
        double low = 1, high = 1e15;
        for (var round = 0; round < 200; round++)
        {
            var middle = Math.Sqrt(low * high);
            if (rows.Sum(row => (double)Length(row.Bytes, middle)) > wanted)
                low = middle;
            else
                high = middle;
        }

        return Finished(name, [.. rows.Select(row => new Job((int)((row.Second - rows[0].Second) / World.Step.TotalSeconds), Length(row.Bytes, high)))], steps, setting);
    }

    private static int Length(double bytes, double bytesPerStep) =>
        (int)Math.Round(Math.Min(Longest / World.Step, (Overhead / World.Step) + (bytes / bytesPerStep)));

    private static Workload Finished(string name, List<Job> jobs, int steps, Setting setting) => new()
    {
        Name = name,
        Jobs = [.. jobs.OrderBy(job => job.Arrival)],
        Steps = steps + setting.Slo + 1,
    };
}
