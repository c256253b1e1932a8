using System.Text;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// The head of an answer, read line by line as its bytes arrive and kept as ranges into them. It is strict where
/// leniency lets two readers of the same bytes disagree (RFC 9112 section 11): lines end in CRLF only, names are
/// tokens, lines are not folded, and the length of the body has one meaning. An object is used again for many answers.
/// </summary>
internal sealed class ResponseHead
{
    /// <summary>The longest head accepted, in bytes.</summary>
    public const int MaxLength = 32 * 1024;

    private readonly List<HeaderRange> _headers = new(32);
    private int _lineStart;
    private int _scanned;
    private bool _statusRead;
    private bool _isHttp11;
    private bool _closeAsked;

    /// <summary>The status code, 100 to 999.</summary>
    public int Status { get; private set; }

    /// <summary>Where the reason phrase lies: only the value of the range is set.</summary>
    public HeaderRange Reason { get; private set; }

    /// <summary>All headers in the order of the answer.</summary>
    public List<HeaderRange> Headers => _headers;

    /// <summary>The number of bytes of the head, its empty line included. Known when it is complete.</summary>
    public int Length => _lineStart;

    /// <summary>The length of the body as the answer states it, in bytes.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>Whether Connection names other headers, which then must not be passed on.</summary>
    public bool NamesHopByHop { get; private set; }

    /// <summary>Whether the backend means to keep the connection open after this answer.</summary>
    public bool KeepsAlive => _isHttp11 && !_closeAsked;

    /// <summary>Whether this is an interim answer, after which the real one comes.</summary>
    public bool IsInterim => Status < 200;

    /// <summary>Makes it ready for the next answer.</summary>
    public void Reset()
    {
        _headers.Clear();
        _lineStart = _scanned = Status = 0;
        _statusRead = _isHttp11 = _closeAsked = IsChunked = NamesHopByHop = false;
        ContentLength = null;
    }

    /// <summary>Reads on.</summary>
    /// <param name="received">Everything received since the last reset, from its first byte.</param>
    public HeadState Read(ReadOnlySpan<byte> received)
    {
        while (true)
        {
            var found = received[_scanned..].IndexOf((byte)'\n');
            if (found < 0)
                return WaitForMore(received);

            var start = _lineStart;
            var end = _scanned + found - 1;
            if (end < start || received[end] != '\r' || end + 2 > MaxLength)
                return HeadState.Malformed;

            _lineStart = _scanned = end + 2;
            var line = received[start..end];
            if (line.IsEmpty)
                return _statusRead && HasOneLength() ? HeadState.Complete : HeadState.Malformed;
            if (!(_statusRead ? ReadHeader(start, line) : ReadStatusLine(start, line)))
                return HeadState.Malformed;
        }
    }

    // Bytes that are not HTTP at all may never bring a line's end: say so at once and not after the response timeout.
    private HeadState WaitForMore(ReadOnlySpan<byte> received)
    {
        _scanned = received.Length;
        var expected = "HTTP/1."u8;
        var isHttp = _statusRead || received.StartsWith(expected[..Math.Min(expected.Length, received.Length)]);
        return isHttp && received.Length < MaxLength ? HeadState.Incomplete : HeadState.Malformed;
    }

    // RFC 9112 section 4: HTTP-version SP status-code SP [ reason-phrase ]; the last blank is often left out.
    private bool ReadStatusLine(int start, ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ')
            return false;
        if (!TryReadNumber(line[9..12], out var status) || status < 100)
            return false;
        if (line.Length > 12 && (line[12] != ' ' || !Http1Text.IsValue(line[13..])))
            return false;

        _statusRead = true;
        _isHttp11 = line[7] == '1';
        Status = (int)status;
        Reason = new HeaderRange(0, 0, Math.Min(start + 13, start + line.Length), Math.Max(0, line.Length - 13));
        return true;
    }

    private bool ReadHeader(int start, ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0 || !Http1Text.IsToken(line[..colon]))
            return false;

        var raw = line[(colon + 1)..];
        var value = raw.Trim(" \t"u8);
        if (!Http1Text.IsValue(value))
            return false;

        var blanks = raw.Length - raw.TrimStart(" \t"u8).Length;
        _headers.Add(new HeaderRange(start, colon, start + colon + 1 + blanks, value.Length));
        return ReadMeaning(line[..colon], value);
    }

    private bool ReadMeaning(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length switch
    {
        10 when Ascii.EqualsIgnoreCase(name, "Connection"u8) => ReadConnection(value),
        14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8) => ReadContentLength(value),
        17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8) => ReadTransferEncoding(value),
        _ => true,
    };

    private bool ReadConnection(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = value[range].Trim(" \t"u8);
            if (Ascii.EqualsIgnoreCase(option, "close"u8))
                _closeAsked = true;
            else if (!Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
                NamesHopByHop = true;
        }

        return true;
    }

    private bool ReadContentLength(ReadOnlySpan<byte> value)
    {
        if (!TryReadNumber(value, out var length) || (ContentLength is { } other && other != length))
            return false;
        ContentLength = length;
        return true;
    }

    // No other coding is asked for (TE is not passed on), so any other would be one that cannot be undone.
    private bool ReadTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (IsChunked || !_isHttp11 || !Ascii.EqualsIgnoreCase(value, "chunked"u8))
            return false;
        IsChunked = true;
        return true;
    }

    private bool HasOneLength() => !(IsChunked && ContentLength is not null);

    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        if (digits.Length is 0 or > 18)
            return false;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}
