using System.Globalization;

namespace ControlPlane.FunctionsHost.Timers;

/// <summary>A schedule of six fields: second, minute, hour, day of month, month, day of week; or a time span between calls.</summary>
public sealed class CronSchedule
{
    private static readonly (int From, int To)[] Ranges = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(366 * 5);

    private readonly bool[][] _fields;
    private readonly TimeSpan? _period;

    private CronSchedule(bool[][] fields, TimeSpan? period) => (_fields, _period) = (fields, period);

    /// <summary>Reads one; null when the text is none. Five fields begin with the minute.</summary>
    public static CronSchedule? Parse(string? text)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var period) && text!.Contains(':'))
            return period > TimeSpan.Zero ? new CronSchedule([], period) : null;
        var parts = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 5)
            parts = ["0", .. parts];
        if (parts.Length != Ranges.Length)
            return null;
        var fields = parts.Select((part, index) => Field(part, Ranges[index].From, Ranges[index].To)).ToArray();
        return fields.All(field => field is not null) ? new CronSchedule(fields!, null) : null;
    }

    /// <summary>The first time after another.</summary>
    public DateTimeOffset After(DateTimeOffset time)
    {
        if (_period is { } period)
            return time + period;
        var next = new DateTimeOffset(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), time.Offset).AddSeconds(1);
        for (var end = time + Horizon; next < end;)
        {
            if (!_fields[4][next.Month] || !_fields[3][next.Day] || !_fields[5][(int)next.DayOfWeek])
                next = new DateTimeOffset(next.Date, next.Offset).AddDays(1);
            else if (!_fields[2][next.Hour])
                next = new DateTimeOffset(next.Date.AddHours(next.Hour + 1), next.Offset);
            else if (!_fields[1][next.Minute])
                next = next.AddSeconds(60 - next.Second);
            else if (!_fields[0][next.Second])
                next = next.AddSeconds(1);
            else
                return next;
        }

        return DateTimeOffset.MaxValue;
    }

    private static bool[]? Field(string text, int from, int to)
    {
        var field = new bool[to + 1];
        foreach (var item in text.Split(','))
        {
            var (range, step) = item.Split('/') is [var left, var right] ? (left, Number(right)) : (item, 1);
            var (first, last) = range switch
            {
                "*" => (from, to),
                _ when range.Split('-') is [var low, var high] => (Number(low), Number(high)),
                _ => (Number(range), item.Contains('/') ? to : Number(range)),
            };
            if (step is null or < 1 || first is null || last is null || first < from || last > to || first > last)
                return null;
            for (var value = first.Value; value <= last; value += step.Value)
                field[value] = true;
        }

        return field;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
