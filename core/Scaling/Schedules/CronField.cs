using System.Globalization;

namespace ControlPlane.Core.Scaling.Schedules;

/// <summary>One of the five fields of a cron expression: which of its numbers match.</summary>
internal sealed record CronField
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly ulong _bits;

    private CronField(ulong bits, bool isAny) => (_bits, IsAny) = (bits, isAny);

    /// <summary>The fields in their order.</summary>
    public static IReadOnlyList<Range> All { get; } =
    [
        new("minute", 0, 59, [], 0), new("hour", 0, 23, [], 0), new("day of month", 1, 31, [], 0),
        new("month", 1, 12, Months, 1), new("day of week", 0, 7, Days, 0),
    ];

    /// <summary>Whether it was written with a star, and so restricts nothing for the rule of the two days.</summary>
    public bool IsAny { get; }

    public IEnumerable<int> Values => Enumerable.Range(0, 64).Where(Has);

    public bool Has(int number) => (_bits >> number & 1) != 0;

    /// <summary>The numbers that a field may have.</summary>
    internal sealed record Range(string Name, int Low, int High, string[] Names, int FirstName)
    {
        public (CronField? Field, string? Error) Parse(string text)
        {
            ulong bits = 0;
            foreach (var part in text.Split(','))
            {
                if (Span(part) is not { } span)
                    return (null, $"\"{part}\" is no {Name}. Give numbers from {Low} to {High}, ranges such as 1-5, lists such as 1,3 and steps such as */2.");
                for (var number = span.From; number <= span.To; number += span.Step)
                    bits |= 1UL << number;
            }

            // Sunday has two numbers; dates know it by the first.
            if (High == 7 && (bits >> 7 & 1) != 0)
                bits = (bits | 1) & ~(1UL << 7);
            return (new CronField(bits, text.StartsWith('*')), null);
        }

        private (int From, int To, int Step)? Span(string part)
        {
            var halves = part.Split('/');
            var step = 1;
            if (halves.Length > 2 || (halves.Length == 2 && (!Whole(halves[1], out step) || step < 1 || step > High)))
                return null;
            if (halves[0] == "*")
                return (Low, High, step);
            var ends = halves[0].Split('-');
            if (ends.Length > 2 || Number(ends[0]) is not { } from)
                return null;
            var to = ends.Length == 2 ? Number(ends[1]) : halves.Length == 2 ? High : from;
            return to is { } end && from <= end ? (from, end, step) : null;
        }

        private int? Number(string text)
        {
            var named = Array.IndexOf(Names, text.ToLowerInvariant());
            if (named >= 0)
                return named + FirstName;
            return Whole(text, out var number) && number >= Low && number <= High ? number : null;
        }

        private static bool Whole(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
