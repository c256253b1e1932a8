using ControlPlane.Core.Backends;

namespace ControlPlane.Core.Scaling.Load;

/// <summary>
/// The demand of the last hour, in busy job slots, and how long a job takes. Demand is work that came, whether or not it
/// could start: what ran, and what the queue grew by.
/// </summary>
public sealed record LoadMemory
{
    private const int KeptMinutes = 60;

    /// <summary>What a job is believed to take while none has ended.</summary>
    public const double UnknownJobSeconds = 60;

    /// <summary>Time in which what was learned about the length of jobs loses half its weight.</summary>
    private const double JobHalfLifeSeconds = 1800;

    /// <summary>The time between two samples in which what ran at the first is taken to have run all along, unless the period is longer.</summary>
    private const double LongestStepSeconds = 60;

    /// <summary>When the last sample was taken.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Jobs that ran then.</summary>
    public int Running { get; init; }

    /// <summary>Jobs that waited then.</summary>
    public int Queued { get; init; }

    /// <summary>Jobs that had ever ended then; null when it is not known.</summary>
    public long? Finished { get; init; }

    /// <summary>Slot-seconds worked, older ones counting less.</summary>
    public double WorkedSeconds { get; init; }

    /// <summary>Jobs that ended in them.</summary>
    public double Ended { get; init; }

    /// <summary>Mean demand of each minute, in slots, oldest first.</summary>
    public IReadOnlyList<double> Minutes { get; init; } = [];

    /// <summary>Slot-seconds demanded in the minute that is not over.</summary>
    public double OpenWork { get; init; }

    /// <summary>Seconds of it that have passed.</summary>
    public double OpenSeconds { get; init; }

    /// <summary>What each part of a week demanded; null until a strategy forecasts.</summary>
    public SeasonMemory? Season { get; init; }

    /// <summary>The mean length of a job, in seconds.</summary>
    public double JobSeconds => Ended >= 1 ? WorkedSeconds / Ended : UnknownJobSeconds;

    /// <summary>The mean demand of the last minutes, in slots; null when nothing has been seen yet.</summary>
    public double? Mean(int minutes)
    {
        var recent = Minutes.Skip(Math.Max(0, Minutes.Count - minutes)).ToList();
        var seconds = (recent.Count * 60) + OpenSeconds;
        return seconds <= 0 ? null : Math.Max(0, ((recent.Sum() * 60) + OpenWork) / seconds);
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="memory">What is remembered; null at first.</param>
    /// <param name="pressure">The sample.</param>
    /// <param name="period">How often the group is looked at. Much longer, nobody looked: the group was calm, and its watch slept.</param>
    public static LoadMemory After(LoadMemory? memory, Pressure pressure, TimeSpan period)
    {
        var first = new LoadMemory { At = pressure.At, Running = Working(pressure), Queued = pressure.Queued, Finished = pressure.Finished };
        if (memory is null)
            return first;
        var seconds = (pressure.At - memory.At).TotalSeconds;
        if (seconds <= 0)
            return memory;
        return seconds > LongestStep(period) ? memory.Slept(seconds, pressure) : memory.Passed(seconds, pressure);
    }

    /// <summary>
    /// Adds a sample for a strategy that does not go by the demand, if the length of jobs can be learned from it. Otherwise
    /// it stays the same memory, and nothing need be stored: no job was seen, or nobody looked while the same ones ran.
    /// </summary>
    /// <inheritdoc cref="After"/>
    public static LoadMemory? AfterJobs(LoadMemory? memory, Pressure pressure, TimeSpan period)
    {
        var isIdle = Working(pressure) == 0 && pressure.Queued == 0;
        if (isIdle && memory is null or { Running: 0, Queued: 0 })
            return memory;
        return memory?.HasSleptThrough(pressure, period) == true ? memory : After(memory, pressure, period);
    }

    private static double LongestStep(TimeSpan period) => Math.Max(LongestStepSeconds, 3 * period.TotalSeconds);

    private bool HasSleptThrough(Pressure pressure, TimeSpan period) =>
        (pressure.At - At).TotalSeconds > LongestStep(period)
        && (Running, Queued, Finished) == (Working(pressure), pressure.Queued, pressure.Finished);

    /// <summary>Without the jobs of those that drain: they need no place on those that stay.</summary>
    private static int Working(Pressure pressure) =>
        pressure.Backends.Where(backend => backend.State == BackendState.Ready).Sum(backend => backend.Jobs);

    private LoadMemory Passed(double seconds, Pressure pressure)
    {
        var kept = Math.Pow(0.5, seconds / JobHalfLifeSeconds);
        // A router that starts again counts from zero.
        var ended = pressure.Finished >= Finished ? pressure.Finished.Value - Finished!.Value : 0;
        var next = this with
        {
            At = pressure.At,
            Running = Working(pressure),
            Queued = pressure.Queued,
            Finished = pressure.Finished,
            WorkedSeconds = (WorkedSeconds * kept) + (pressure.Finished is null ? 0 : Running * seconds),
            Ended = (Ended * kept) + ended,
        };
        return next.WithDemand(seconds, (Running * seconds) + ((pressure.Queued - Queued) * next.JobSeconds));
    }

    /// <summary>
    /// Nobody looked for a while. What a job ran for then is not known, so its length is not learned from it; and a job
    /// that happened to run when the sleep began or ended did not run all through it.
    /// </summary>
    private LoadMemory Slept(double seconds, Pressure pressure)
    {
        var running = Working(pressure);
        var kept = Math.Pow(0.5, seconds / JobHalfLifeSeconds);
        var next = this with
        {
            At = pressure.At,
            Running = running,
            Queued = pressure.Queued,
            Finished = pressure.Finished,
            WorkedSeconds = WorkedSeconds * kept,
            Ended = Ended * kept,
        };
        next = next.WithDemand(seconds, Math.Min(Running, running) * seconds);
        return next with { OpenWork = next.OpenWork + ((pressure.Queued - Queued) * next.JobSeconds) };
    }

    private LoadMemory WithDemand(double seconds, double work)
    {
        var minutes = Minutes.ToList();
        var (openWork, openSeconds) = (OpenWork + work, OpenSeconds + seconds);
        if (openSeconds >= 60)
        {
            var whole = (int)Math.Min(KeptMinutes, openSeconds / 60);
            var mean = openWork / openSeconds;
            minutes.AddRange(Enumerable.Repeat(Math.Max(0, mean), whole));
            var rest = openSeconds - (Math.Floor(openSeconds / 60) * 60);
            (openWork, openSeconds) = (mean * rest, rest);
        }

        return this with { Minutes = [.. minutes.TakeLast(KeptMinutes)], OpenWork = openWork, OpenSeconds = openSeconds };
    }
}
