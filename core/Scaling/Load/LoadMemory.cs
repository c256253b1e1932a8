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
    public static LoadMemory After(LoadMemory? memory, Pressure pressure)
    {
        var first = new LoadMemory { At = pressure.At, Running = Working(pressure), Queued = pressure.Queued, Finished = pressure.Finished };
        if (memory is null)
            return first;
        var seconds = (pressure.At - memory.At).TotalSeconds;
        return seconds <= 0 ? memory : memory.Passed(seconds, pressure);
    }

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
