namespace ControlPlane.Core.Scaling.Schedules;

/// <summary>Hours that come again and have a minimum or maximum of their own.</summary>
public sealed record Schedule
{
    /// <summary>See <see cref="TimeZone"/>.</summary>
    public const string DefaultTimeZone = "UTC";

    /// <summary>What decisions call it; unique in a policy.</summary>
    public required string Name { get; init; }

    /// <summary>When it begins, in the local time of the zone.</summary>
    public required CronExpression Begins { get; init; }

    /// <summary>How long it holds each time, 1 min to 7 days.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>The time zone of <see cref="Begins"/>, by its IANA name; default UTC.</summary>
    public string TimeZone { get; init => field = value ?? DefaultTimeZone; } = DefaultTimeZone;

    /// <summary>The minimum that holds meanwhile; null leaves it.</summary>
    public int? Min { get; init; }

    /// <summary>The maximum that holds meanwhile; null leaves it.</summary>
    public int? Max { get; init; }

    /// <summary>
    /// Whether it holds at a moment. A beginning that the spring change skips counts from the end of the gap; one that
    /// the autumn change repeats counts once, the first time.
    /// </summary>
    /// <exception cref="TimeZoneNotFoundException">There is no such zone; <see cref="CronExpression"/> and zone are checked when a policy is added.</exception>
    public bool IsActive(DateTimeOffset now) => Beginnings(now - Length, now).Any(begin => begin <= now && now < begin + Length);

    /// <summary>When it begins or ends next, after a moment; null when that is not within the horizon.</summary>
    /// <inheritdoc cref="IsActive"/>
    public DateTimeOffset? NextChange(DateTimeOffset now, TimeSpan horizon) => Beginnings(now - Length, now + horizon)
        .SelectMany(begin => (DateTimeOffset[])[begin, begin + Length])
        .Where(change => change > now && change <= now + horizon)
        .Select(change => (DateTimeOffset?)change)
        .Min();

    /// <summary>When it begins on each of the days from one moment to another.</summary>
    private IEnumerable<DateTimeOffset> Beginnings(DateTimeOffset from, DateTimeOffset to)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        var last = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(to, zone).DateTime);
        for (var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime); day <= last; day = day.AddDays(1))
        {
            foreach (var time in Begins.TimesOn(day))
                yield return Moment(day, time, zone);
        }
    }

    private static DateTimeOffset Moment(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
