using ControlPlane.Core.Scaling;

namespace ControlPlane.Functions.Router;

/// <summary>
/// Counts the jobs in flight to one backend, how long they have run so far, and how many have ended. Their number and
/// the sum of their starts share one word, so that a job costs one atomic step to begin and two to end, and both are
/// always read as they belong together.
/// </summary>
/// <remarks>
/// The lower 20 bits hold the number, up to a million; the upper 44 the sum of the starts in milliseconds, modulo 2^44.
/// All arithmetic on it is modulo 2^44 too, so n times now less the sum is the time that the jobs have run all together,
/// exact while that is under 278 years.
/// </remarks>
internal sealed class JobCount(TimeProvider time)
{
    private const int NumberBits = 20;
    private const long NumberMask = (1L << NumberBits) - 1;

    private readonly long _ticksPerMillisecond = Math.Max(1, time.TimestampFrequency / 1000);
    private long _running;
    private long _ended;
    private long _taken;

    public int Now => NumberIn(Volatile.Read(ref _running));

    /// <summary>
    /// How long the jobs in flight have run so far, all together, each counted as if it had run for their mean time and
    /// that for at most <see cref="InstanceLoad.LongestRunTime"/>: a sum cannot tell which of them is stuck.
    /// </summary>
    public TimeSpan RunTime
    {
        get
        {
            // Before the clock, so that no job in it began after now.
            var running = Volatile.Read(ref _running);
            var number = NumberIn(running);
            var modulo = (number * Milliseconds()) - (running >>> NumberBits);
            var signed = modulo << NumberBits >> NumberBits;
            return TimeSpan.FromMilliseconds(Math.Clamp(signed, 0, number * (long)InstanceLoad.LongestRunTime.TotalMilliseconds));
        }
    }

    /// <summary>Counts one more, if there are still as many as were seen.</summary>
    /// <param name="seen">How many were seen.</param>
    /// <param name="started">When it began; to be given back when it ends.</param>
    public bool TryBegin(int seen, out long started)
    {
        var running = Volatile.Read(ref _running);
        started = Milliseconds();
        return NumberIn(running) == seen && Interlocked.CompareExchange(ref _running, running + Job(started), running) == running;
    }

    /// <summary>Counts one less.</summary>
    /// <param name="started">What its beginning gave.</param>
    /// <param name="hasRun">Whether it was a job: one that could not be sent says nothing of how long jobs take.</param>
    public void End(long started, bool hasRun)
    {
        Interlocked.Add(ref _running, -Job(started));
        if (hasRun)
            Interlocked.Increment(ref _ended);
    }

    /// <summary>How long a job has taken until now, in whole milliseconds.</summary>
    /// <param name="started">What its beginning gave.</param>
    public TimeSpan Elapsed(long started) => TimeSpan.FromMilliseconds(Milliseconds() - started);

    /// <summary>How many have ended since this was last called. For one caller at a time.</summary>
    public long TakeEnded()
    {
        var ended = Interlocked.Read(ref _ended);
        var more = ended - _taken;
        _taken = ended;
        return more;
    }

    private static int NumberIn(long running) => (int)(running & NumberMask);

    private static long Job(long started) => (started << NumberBits) + 1;

    private long Milliseconds() => time.GetTimestamp() / _ticksPerMillisecond;
}
