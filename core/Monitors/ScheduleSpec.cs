using System.Text.RegularExpressions;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Schedules;

namespace ControlPlane.Core.Monitors;

/// <summary>A <see cref="Schedule"/> as users write it, before any check.</summary>
public sealed partial record ScheduleSpec
{
    private const int MaxCron = 200;

    /// <summary>See <see cref="Schedule.Name"/>; required, 1 to 64 characters.</summary>
    public string? Name { get; init; }

    /// <summary>See <see cref="Schedule.Begins"/>; required.</summary>
    public string? Cron { get; init; }

    /// <summary>See <see cref="Schedule.TimeZone"/>; <c>UTC</c> when left out.</summary>
    public string? TimeZone { get; init; }

    /// <summary>See <see cref="Schedule.Length"/>, in seconds, 60 to 604800; required.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>See <see cref="Schedule.Min"/>, 0 to 1000; one of the two bounds is required.</summary>
    public int? MinInstances { get; init; }

    /// <summary>See <see cref="Schedule.Max"/>, 0 to 1000. With 0, the group has no instances meanwhile.</summary>
    public int? MaxInstances { get; init; }

    /// <summary>How a user would write this schedule.</summary>
    public static ScheduleSpec From(Schedule schedule) => new()
    {
        Name = schedule.Name,
        Cron = schedule.Begins.Text,
        TimeZone = schedule.TimeZone,
        DurationSeconds = schedule.Length.TotalSeconds,
        MinInstances = schedule.Min,
        MaxInstances = schedule.Max,
    };

    /// <param name="at">Where it stands.</param>
    /// <param name="most">The monitor's own maximum, which holds where the schedule has none.</param>
    internal Schedule Validate(FieldChecks at, int? most)
    {
        var name = at.Text("name", Name, PolicySpec.MaxName, "a name for decisions, such as office-hours");
        var begins = CheckCron(at);
        if (DurationSeconds is null)
            at.Refuse("durationSeconds", "is missing. Give a number from 60 to 604800, such as 36000 for ten hours.");
        if (TimeZone is not null && !IsZone(TimeZone))
            at.Refuse("timeZone", "is not known here. Give the IANA name of a time zone, such as Europe/Berlin or UTC.");
        CheckBounds(at, most);
        return new Schedule
        {
            Name = name,
            Begins = begins!,
            Length = at.Seconds("durationSeconds", DurationSeconds, 60, 604_800) ?? default,
            TimeZone = TimeZone ?? Schedule.DefaultTimeZone,
            Min = at.Whole("minInstances", MinInstances, 0, 1000),
            Max = at.Whole("maxInstances", MaxInstances, 0, 1000),
        };
    }

    private CronExpression? CheckCron(FieldChecks at)
    {
        var text = at.Text("cron", Cron, MaxCron, "minute, hour, day of month, month and day of week, such as 0 8 * * mon-fri");
        if (text.Length == 0)
            return null;
        var (begins, error) = CronExpression.Parse(text);
        if (error is not null)
            at.Refuse("cron", error);
        return begins;
    }

    private void CheckBounds(FieldChecks at, int? most)
    {
        if (MinInstances is null && MaxInstances is null)
            at.Refuse("minInstances", "is missing, and so is maxInstances. Give one of them or both.");
        else if (MinInstances > MaxInstances)
            at.Refuse("minInstances", $"is {MinInstances}, more than maxInstances, which is {MaxInstances}. Lower it or raise the other.");
        else if (MaxInstances is null && MinInstances > most)
            at.Refuse("minInstances", $"is {MinInstances}, more than the monitor's maxInstances, which is {most}. Lower it, or give the schedule a maxInstances too.");
    }

    /// <summary>Zones are files of the system: nothing may be looked up that could not be the name of one.</summary>
    private static bool IsZone(string text) => text.Length <= PolicySpec.MaxName && ZoneName().IsMatch(text) && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\z")]
    private static partial Regex ZoneName();
}
