using System.Text;

namespace ControlPlane.Functions.Router;

/// <summary>Finds the router's parameters in a form body without decoding the rest of it.</summary>
internal static class FormBody
{
    /// <summary>Reads what is there. The last pair of a body that is not whole may be cut off, and does not count.</summary>
    public static RouteParameters Find(ReadOnlySpan<byte> body, bool isWhole)
    {
        string? tags = null, strategy = null;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'&');
            if (end < 0 && !isWhole)
                break;
            var pair = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];

            var equals = pair.IndexOf((byte)'=');
            var name = equals < 0 ? pair : pair[..equals];
            if (Is(name, "tags"u8))
                tags = Join(tags, Decode(equals < 0 ? default : pair[(equals + 1)..]));
            else if (Is(name, "proxyStrategy"u8))
                strategy = Join(strategy, Decode(equals < 0 ? default : pair[(equals + 1)..]));
        }

        return new(tags, strategy);
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) =>
        name.SequenceEqual(expected) || (name.IndexOf((byte)'%') >= 0 && name.Length <= 3 * expected.Length && Decode(name) == Encoding.ASCII.GetString(expected));

    /// <summary>A name given twice is one comma list, as the peer reads it.</summary>
    private static string Join(string? before, string value) => before is null ? value : $"{before},{value}";

    private static string Decode(ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAny((byte)'%', (byte)'+') < 0)
            return Encoding.UTF8.GetString(value);
        return Uri.UnescapeDataString(Encoding.UTF8.GetString(value).Replace('+', ' '));
    }
}
