using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// The head of an answer, read line by line as its bytes arrive. It is strict where leniency lets two readers of the
/// same bytes disagree (RFC 9112 section 11): lines end in CRLF only, names are tokens, lines are not folded, and the
/// length of the body has one meaning. An object is used again for many answers.
/// </summary>
internal sealed class ResponseHead
{
    /// <summary>The longest head accepted, in bytes.</summary>
    public const int MaxLength = 32 * 1024;

    // What is remembered of earlier answers: so many lines, each so long.
    private const int MostKnown = 32;
    private const int LongestKnown = 128;

    private readonly List<HeaderLine> _headers = new(16);
    private readonly HeaderLine?[] _known = new HeaderLine?[MostKnown];
    private int _lines;
    private int _lineStart;
    private int _scanned;
    private bool _statusRead;
    private bool _isHttp11;
    private bool _closeAsked;

    /// <summary>The status code, 100 to 999.</summary>
    public int Status { get; private set; }

    /// <summary>The reason phrase when it is another than usual for the status, else null.</summary>
    public string? Reason { get; private set; }

    /// <summary>The headers in the order of the answer, without Content-Length.</summary>
    public List<HeaderLine> Headers => _headers;

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
        _lines = _lineStart = _scanned = Status = 0;
        _statusRead = _isHttp11 = _closeAsked = IsChunked = NamesHopByHop = false;
        ContentLength = null;
        Reason = null;
    }

    /// <summary>Reads on.</summary>
    /// <param name="received">Everything received since the last reset, from its first byte.</param>
    public HeadState Read(ReadOnlySpan<byte> received)
    {
        while (true)
        {
            if (_statusRead && TryReadKnown(received))
                continue;

            var found = received[_scanned..].IndexOf((byte)'\n');
            if (found < 0)
                return WaitForMore(received);

            var line = received[_lineStart..(_scanned + found + 1)];
            _lineStart = _scanned = _lineStart + line.Length;
            if (line.Length < 2 || line[^2] != '\r' || _lineStart > MaxLength)
                return HeadState.Malformed;
            if (line.Length == 2)
                return _statusRead && HasOneLength() ? HeadState.Complete : HeadState.Malformed;
            if (!(_statusRead ? ReadHeader(line) : ReadStatusLine(line[..^2])))
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
    private bool ReadStatusLine(ReadOnlySpan<byte> line)
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
        var reason = line[Math.Min(13, line.Length)..];
        if (!Ascii.Equals(reason, ReasonPhrases.GetReasonPhrase(Status)))
            Reason = Encoding.Latin1.GetString(reason);
        return true;
    }

    // The line that stood here in an earlier answer, the most usual case: it was valid then, so it is now.
    private bool TryReadKnown(ReadOnlySpan<byte> received)
    {
        if (_lines >= MostKnown || _known[_lines] is not { } known || !received[_lineStart..].StartsWith(known.Bytes))
            return false;
        if (_lineStart + known.Bytes.Length > MaxLength || !ReadMeaning(known))
            return false;

        _lineStart = _scanned = _lineStart + known.Bytes.Length;
        _headers.Add(known);
        _lines++;
        return true;
    }

    private bool ReadHeader(ReadOnlySpan<byte> line)
    {
        // Its value is another each time, so it is not kept as a line.
        if (line.Length > 15 && line[14] == ':' && Ascii.EqualsIgnoreCase(line[..14], "Content-Length"u8))
            return ReadContentLength(line[15..^2].Trim(" \t"u8));
        if (HeaderLine.Read(line) is not { } header || !ReadMeaning(header))
            return false;

        if (_lines < MostKnown && line.Length <= LongestKnown)
            _known[_lines] = header;
        _headers.Add(header);
        _lines++;
        return true;
    }

    private bool ReadMeaning(HeaderLine header) => !header.StaysBehind || header.Name.Length switch
    {
        10 when header.Name.Equals("Connection", StringComparison.OrdinalIgnoreCase) => ReadConnection(header.Value),
        17 when header.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) => ReadTransferEncoding(header.Value),
        _ => true,
    };

    private bool ReadConnection(ReadOnlySpan<char> value)
    {
        foreach (var range in value.Split(','))
        {
            var option = value[range].Trim(" \t");
            if (option.Equals("close", StringComparison.OrdinalIgnoreCase))
                _closeAsked = true;
            else if (!option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
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
    private bool ReadTransferEncoding(string value)
    {
        if (IsChunked || !_isHttp11 || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
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
