namespace ControlPlane.Core.Backtest;

/// <summary>
/// Finds the jobs behind a record of pressure. From one record to the next, as many jobs started as more run and as have
/// ended, and as many arrived as more wait and as have started. The first to arrive is taken to start first, and the
/// first to start to end first.
/// </summary>
/// <remarks>
/// The sum of the times that jobs ran is the number that ran, summed over time, whichever of them ended when (the
/// argument of Little's law). So the work found is exactly the work recorded; only how it is divided among jobs that ran
/// side by side is a guess. Between two records the number of running jobs stays as the first says: a job that ends there
/// is followed by the next at once, at moments spread evenly, and what changed comes with the second. Jobs that began and
/// ended between two records leave no work behind them, which counts too little by as much as those that were seen count
/// too much. Where ended jobs were not counted, as many are taken to have ended as the mean length lets expect.
/// </remarks>
public sealed class LoadRecovery
{
    private readonly List<TimedJob> _ran = [];
    private readonly List<TimeSpan> _neverRan = [];
    private readonly Queue<TimeSpan> _waiting = new();
    private readonly Queue<(TimeSpan Arrival, TimeSpan Began)> _running = new();
    private readonly TimeSpan _meanLength;
    private double _expectedEnds;
    private TimeSpan _uncounted;

    private LoadRecovery(TimeSpan meanLength) => _meanLength = meanLength;

    /// <summary>Finds the jobs of a span.</summary>
    /// <param name="samples">The records, oldest first; the first may lie before the span and holds at its beginning.</param>
    /// <param name="from">The beginning of the span.</param>
    /// <param name="to">Its end.</param>
    /// <param name="meanLength">How long a job is taken to be where none that ended was counted; over 0.</param>
    /// <param name="mostJobs">The most jobs to find.</param>
    /// <returns>The load; null when there are more jobs than that. Without any record, it has no jobs and no length.</returns>
    public static RecordedLoad? Find(IReadOnlyList<PressureSample> samples, DateTimeOffset from, DateTimeOffset to, TimeSpan meanLength, int mostJobs)
    {
        var held = Within(samples, from, to);
        if (held.Count == 0)
            return Empty(to);
        var recovery = new LoadRecovery(meanLength);
        var begin = held[0].At;
        var (seen, gap) = (TimeSpan.Zero, TimeSpan.Zero);
        if ((long)held[0].Running + held[0].Queued > mostJobs)
            return null;
        recovery.Begin(held[0]);
        foreach (var (one, next) in held.Zip(held.Skip(1)))
        {
            var length = next.At - one.At;
            seen += length * one.Running;
            gap = length > gap ? length : gap;
            if (!recovery.Pass(one, next, begin, mostJobs))
                return null;
        }

        return recovery.End(begin, to) with { Records = held.Count - 1, LongestGap = gap, SeenWork = seen };
    }

    /// <summary>The records of the span: the last one before it moved to its beginning, and the last one of all repeated at its end.</summary>
    private static List<PressureSample> Within(IReadOnlyList<PressureSample> samples, DateTimeOffset from, DateTimeOffset to)
    {
        var held = new List<PressureSample>();
        foreach (var sample in samples.Where(sample => sample.At <= to))
        {
            if (sample.At <= from)
                held.Clear();
            // Two processes whose clocks differ may have looked in turns.
            var earliest = held.Count == 0 ? from : held[^1].At;
            held.Add(sample.At < earliest ? sample with { At = earliest } : sample);
        }

        if (held.Count > 0)
            held.Add(held[^1] with { At = to });
        return held;
    }

    private static RecordedLoad Empty(DateTimeOffset to) => new()
    {
        Jobs = [],
        From = to,
        To = to,
        Records = 0,
        LongestGap = TimeSpan.Zero,
        NeverRan = 0,
        UncountedShare = 0,
        SeenWork = TimeSpan.Zero,
    };

    /// <summary>What is there at the beginning is taken to have come with it.</summary>
    private void Begin(PressureSample first)
    {
        Arrive(first.Running + first.Queued, TimeSpan.Zero);
        Start(first.Running, TimeSpan.Zero);
    }

    private bool Pass(PressureSample one, PressureSample next, DateTimeOffset begin, int mostJobs)
    {
        var ended = Ended(one, next);
        var started = next.Running - one.Running + ended;
        var arrived = next.Queued - one.Queued + started;
        if (_ran.Count + _running.Count + _waiting.Count + _neverRan.Count + Math.Max(arrived, started) > mostJobs)
            return false;

        var (at, length) = (one.At - begin, next.At - one.At);
        var followed = (int)Math.Min(ended, started);
        var arriving = (int)Math.Max(0, arrived);
        for (var number = 1; number <= followed; number++)
        {
            var moment = at + (length * ((double)number / (followed + 1)));
            Arrive(Math.Min(1, arriving), moment);
            arriving = Math.Max(0, arriving - 1);
            Start(1, moment);
            Stop(1, moment);
        }

        var end = next.At - begin;
        Arrive(arriving, end);
        Start((int)started - followed, end);
        Stop((int)ended - followed, end);
        for (var number = 0L; number < -arrived; number++)
            _neverRan.Add(_waiting.Dequeue());
        return true;
    }

    /// <summary>Jobs that ended between two records. A count that fell is that of a router that has begun anew.</summary>
    private long Ended(PressureSample one, PressureSample next)
    {
        var gone = Math.Max(0, one.Running - next.Running);
        if (next.Finished is { } after && one.Finished is { } before && after >= before)
            return Math.Max(gone, after - before);
        _uncounted += next.At - one.At;
        _expectedEnds += (next.At - one.At) / _meanLength * one.Running;
        var ended = Math.Max(gone, (long)_expectedEnds);
        _expectedEnds = Math.Max(0, _expectedEnds - ended);
        return ended;
    }

    private RecordedLoad End(DateTimeOffset begin, DateTimeOffset to)
    {
        Stop(_running.Count, to - begin);
        _neverRan.AddRange(_waiting);
        var work = TimeSpan.FromTicks(_ran.Sum(job => job.Length.Ticks));
        var mean = work > TimeSpan.Zero ? work / _ran.Count : _meanLength;
        return Empty(to) with
        {
            Jobs = [.. _ran.Concat(_neverRan.Select(arrival => new TimedJob(arrival, mean))).OrderBy(job => job.Arrival)],
            From = begin,
            NeverRan = _neverRan.Count,
            UncountedShare = to > begin ? _uncounted / (to - begin) : 0,
        };
    }

    private void Arrive(int count, TimeSpan at)
    {
        for (var number = 0; number < count; number++)
            _waiting.Enqueue(at);
    }

    private void Start(int count, TimeSpan at)
    {
        for (var number = 0; number < count; number++)
            _running.Enqueue((_waiting.Dequeue(), at));
    }

    private void Stop(int count, TimeSpan at)
    {
        for (var number = 0; number < count; number++)
        {
            var (arrival, began) = _running.Dequeue();
            _ran.Add(new TimedJob(arrival, at - began));
        }
    }
}
