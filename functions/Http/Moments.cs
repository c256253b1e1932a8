using System.Globalization;

namespace ControlPlane.Functions.Http;

/// <summary>Moments as callers write them.</summary>
internal static class Moments
{
    /// <summary>What to write instead of a text that is none.</summary>
    public const string Example = "Give a time such as 2026-03-02T14:30:00Z, or a day such as 2026-03-02, of the years 1970 to 9000; without an offset it is UTC. In a url, write + as %2B.";

    private const int FirstYear = 1970;

    private const int LastYear = 9000;

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    /// <summary>
    /// ISO 8601 with seconds, with minutes, or a day. Not by the machine's own time zone: the same text means the same
    /// everywhere. Null also for a moment so near to the end of the calendar that spans around it would not be in it.
    /// </summary>
    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
        && moment.Year is >= FirstYear and <= LastYear
            ? moment
            : null;
}
