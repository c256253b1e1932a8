namespace ControlPlane.Core.Scaling.Load;

/// <summary>The demand of each quarter of an hour in the last seven days, and how well it foretold the next one.</summary>
public sealed record SeasonMemory
{
    private const int PerDay = 96, PerWeek = 7 * PerDay, Recent = 4;

    /// <summary>Weight of the newest error in the mean error: about a day is looked back at.</summary>
    private const double ErrorWeight = 0.05;

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    /// <summary>The quarter that is not over, counted from 1970.</summary>
    public long Open { get; init; }

    /// <summary>Slot-seconds demanded in it.</summary>
    public double OpenWork { get; init; }

    /// <summary>Seconds of it that were seen.</summary>
    public double OpenSeconds { get; init; }

    /// <summary>Mean demand of the quarters before it, in slots, oldest first.</summary>
    public IReadOnlyList<double> Quarters { get; init; } = [];

    /// <summary>The mean error of the forecasts, as a share of the demand.</summary>
    public double Error { get; init; }

    /// <summary>Forecasts that were compared with what came.</summary>
    public int Compared { get; init; }

    /// <summary>When the quarter of an hour after this moment's begins.</summary>
    public static DateTimeOffset NextQuarter(DateTimeOffset at) => new(((at.UtcTicks / Quarter.Ticks) + 1) * Quarter.Ticks, TimeSpan.Zero);

    /// <summary>Adds what was seen since the last look.</summary>
    /// <param name="season">What is remembered; null at first.</param>
    /// <param name="demand">The demand, in slots.</param>
    /// <param name="seconds">For how long it was so.</param>
    /// <param name="now">The end of that time.</param>
    public static SeasonMemory After(SeasonMemory? season, double demand, double seconds, DateTimeOffset now)
    {
        var quarter = now.Ticks / Quarter.Ticks;
        season ??= new SeasonMemory { Open = quarter };
        if (quarter > season.Open)
            season = season.Closed(quarter);
        return season with { OpenWork = season.OpenWork + (demand * seconds), OpenSeconds = season.OpenSeconds + seconds };
    }

    /// <summary>The demand that is expected at a moment, in slots; null when nothing like it has been seen.</summary>
    public double? Forecast(DateTimeOffset at) => ForecastFor(at.Ticks / Quarter.Ticks, Quarters, Open);

    private SeasonMemory Closed(long next)
    {
        var actual = OpenSeconds > 0 ? Math.Round(OpenWork / OpenSeconds, 2) : 0;
        // Quarters in which nobody looked are taken to have been like the last.
        var missed = (int)Math.Min(PerWeek, next - Open);
        var expected = ForecastFor(Open, Quarters, Open);
        var error = expected is { } value ? Math.Min(1, Math.Abs(value - actual) / Math.Max(1, actual)) : 0;
        return new SeasonMemory
        {
            Open = next,
            Quarters = [.. Quarters.Concat(Enumerable.Repeat(actual, missed)).TakeLast(PerWeek + Recent)],
            Error = expected is null ? Error : Compared == 0 ? error : Error + (ErrorWeight * (error - Error)),
            Compared = Compared + (expected is null ? 0 : 1),
        };
    }

    /// <summary>The same quarter a week ago, or else a day ago, at the level that the last hour had against the one before it then.</summary>
    private static double? ForecastFor(long quarter, IReadOnlyList<double> quarters, long open)
    {
        foreach (var season in (ReadOnlySpan<int>)[PerWeek, PerDay])
        {
            var then = (int)(quarter - open) + quarters.Count - season;
            var lastHour = quarters.Count - Recent;
            if (then < 0 || then >= quarters.Count || lastHour - season < 0)
                continue;
            var now = quarters.Skip(lastHour).Sum();
            var before = quarters.Skip(lastHour - season).Take(Recent).Sum();
            return quarters[then] * (before > 0 ? Math.Clamp(now / before, 0.5, 2) : 1);
        }

        return null;
    }
}
