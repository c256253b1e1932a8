using System.Text.Json.Serialization;

namespace ControlPlane.Core.Scaling.Schedules;

/// <summary>
/// Minute, hour, day of month, month and day of week, as in crontab(5): numbers, <c>*</c>, ranges, lists and steps, and
/// the English names of months and days by their first three letters. Sunday is 0 and 7. When both days are restricted,
/// either suffices.
/// </summary>
[JsonConverter(typeof(CronExpressionConverter))]
public sealed record CronExpression
{
    private readonly CronField _minute, _hour, _day, _month, _weekday;

    private CronExpression(string text, CronField[] fields)
    {
        Text = text;
        (_minute, _hour, _day, _month, _weekday) = (fields[0], fields[1], fields[2], fields[3], fields[4]);
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Reads one.</summary>
    /// <param name="text">Five fields with blanks between them.</param>
    /// <returns>The expression, or what is wrong with the text.</returns>
    public static (CronExpression? Value, string? Error) Parse(string? text)
    {
        var parts = (text ?? "").Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != CronField.All.Count)
            return (null, $"\"{text}\" has {parts.Length} fields. Give minute, hour, day of month, month and day of week.");
        var fields = new CronField[parts.Length];
        for (var index = 0; index < parts.Length; index++)
        {
            var (field, error) = CronField.All[index].Parse(parts[index]);
            if (field is null)
                return (null, error);
            fields[index] = field;
        }

        return (new CronExpression(text!, fields), null);
    }

    /// <summary>The times of a day at which it matches, earliest first.</summary>
    public IEnumerable<TimeOnly> TimesOn(DateOnly day)
    {
        if (!IsDay(day))
            return [];
        return from hour in _hour.Values from minute in _minute.Values select new TimeOnly(hour, minute);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private bool IsDay(DateOnly day)
    {
        if (!_month.Has(day.Month))
            return false;
        var isDate = _day.Has(day.Day);
        var isWeekday = _weekday.Has((int)day.DayOfWeek);
        return _day.IsAny || _weekday.IsAny ? isDate && isWeekday : isDate || isWeekday;
    }
}
