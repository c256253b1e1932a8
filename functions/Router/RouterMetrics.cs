using System.Diagnostics;

namespace ControlPlane.Functions.Router;

/// <summary>How a request to run something ended.</summary>
internal enum RunOutcome
{
    /// <summary>A backend answered, whatever it said.</summary>
    Answered,

    /// <summary>Nothing was sent: bad parameters, no backend, or no room.</summary>
    Refused,

    /// <summary>The client went before the answer was there.</summary>
    ClientAborted,

    /// <summary>The backend broke off.</summary>
    BackendFailed,

    /// <summary>The backend did not answer in time.</summary>
    BackendTimedOut,
}

/// <summary>Counts requests by outcome, and their time in buckets.</summary>
internal sealed class RouterMetrics
{
    private readonly long[] _outcomes = new long[Enum.GetValues<RunOutcome>().Length];
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _ticks;

    /// <summary>Upper bounds of the time buckets, in seconds. Jobs take from milliseconds to hours.</summary>
    public static double[] Bounds { get; } = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];

    public static long Begin() => Stopwatch.GetTimestamp();

    public void End(long started, RunOutcome outcome)
    {
        var ticks = Stopwatch.GetTimestamp() - started;
        Interlocked.Increment(ref _outcomes[(int)outcome]);
        var seconds = (double)ticks / Stopwatch.Frequency;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        Interlocked.Add(ref _ticks, ticks);
    }

    public long Count(RunOutcome outcome) => Interlocked.Read(ref _outcomes[(int)outcome]);

    /// <summary>How many took no longer than each bound, then how many there were at all.</summary>
    public IReadOnlyList<long> CumulativeBuckets()
    {
        var sums = new long[_buckets.Length];
        var sum = 0L;
        for (var i = 0; i < sums.Length; i++)
            sums[i] = sum += Interlocked.Read(ref _buckets[i]);
        return sums;
    }

    public double TotalSeconds => (double)Interlocked.Read(ref _ticks) / Stopwatch.Frequency;
}
