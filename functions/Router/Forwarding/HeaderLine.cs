using System.Text;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// One header of an answer. It carries the bytes it was read from, because a backend sends nearly the same lines each
/// time: a line that is there again needs no reading, and no new strings.
/// </summary>
internal sealed class HeaderLine
{
    private HeaderLine(byte[] bytes, string name, string value, bool staysBehind)
    {
        Bytes = bytes;
        Name = name;
        Value = value;
        StaysBehind = staysBehind;
    }

    /// <summary>The whole line, its end included.</summary>
    public byte[] Bytes { get; }

    /// <summary>The name; a well-known one as the same object everywhere, by which Kestrel finds it fastest.</summary>
    public string Name { get; }

    /// <summary>The value without outer blanks, each byte as one character.</summary>
    public string Value { get; }

    /// <summary>Whether it concerns only the connection to the backend, or is passed on in another form.</summary>
    public bool StaysBehind { get; }

    /// <summary>Reads a line (RFC 9112 section 5), its end included; null when it is not valid.</summary>
    public static HeaderLine? Read(ReadOnlySpan<byte> bytes)
    {
        var line = bytes[..^2];
        var colon = line.IndexOf((byte)':');
        if (colon < 0 || !Http1Text.IsToken(line[..colon]))
            return null;
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (!Http1Text.IsValue(value))
            return null;

        var name = Encoding.Latin1.GetString(line[..colon]);
        var staysBehind = HopByHop.Contains(name) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);
        return new HeaderLine(bytes.ToArray(), string.IsInterned(name) ?? name, Encoding.Latin1.GetString(value), staysBehind);
    }
}
