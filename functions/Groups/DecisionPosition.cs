using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ControlPlane.Functions.Groups;

/// <summary>
/// Where a decision stands among those of all groups, newest first; of the same moment, by tag. It never changes, so a
/// page that goes on from one is the same however many decisions have come since.
/// </summary>
internal sealed record DecisionPosition(DateTimeOffset At, string Tag, long Sequence) : IComparable<DecisionPosition>
{
    public int CompareTo(DecisionPosition? other)
    {
        if (other is null)
            return 1;
        var byTime = other.At.CompareTo(At);
        if (byTime != 0)
            return byTime;
        var byTag = string.CompareOrdinal(Tag, other.Tag);
        return byTag != 0 ? byTag : other.Sequence.CompareTo(Sequence);
    }

    /// <summary>A text for a url.</summary>
    public string Write() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks} {Sequence} {Tag}")));

    /// <summary>Null when the text was not written here.</summary>
    public static DecisionPosition? Read(string text)
    {
        if (!Base64Url.IsValid(text))
            return null;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 3);
        return parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks < DateTimeOffset.MaxValue.UtcTicks
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new(new DateTimeOffset(ticks, TimeSpan.Zero), parts[2], sequence)
            : null;
    }
}
