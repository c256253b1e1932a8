namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// Takes the chunks of a body apart (RFC 9112 section 7.1), however its bytes are split. Extensions and trailers are
/// read and dropped. Every line ends in CRLF, and lines have a bound.
/// </summary>
internal struct ChunkedDecoder
{
    // The most bytes of chunk extensions in one line, and of all trailers together.
    private const int MaxIgnored = 16 * 1024;
    private const int MaxSizeDigits = 15;

    private Place _place;
    private long _remaining;
    private int _digits;
    private int _ignored;

    private enum Place
    {
        Size,
        Extension,
        SizeEnd,
        Data,
        DataCr,
        DataEnd,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerEnd,
        LastEnd,
        Done,
    }

    /// <summary>Reads up to the end of the next piece of the body, or of the bytes.</summary>
    public BodyStep Read(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (_place == Place.Data)
                return ReadData(bytes, i);
            if (Next(bytes[i]) is not { } next)
                return new BodyStep(BodyState.Malformed, i, 0);
            _place = next;
            if (next == Place.Done)
                return new BodyStep(BodyState.Complete, i + 1, 0);
        }

        return new BodyStep(BodyState.Incomplete, bytes.Length, 0);
    }

    private BodyStep ReadData(ReadOnlySpan<byte> bytes, int from)
    {
        var payload = (int)Math.Min(_remaining, bytes.Length - from);
        _remaining -= payload;
        if (_remaining == 0)
            _place = Place.DataCr;
        return new BodyStep(BodyState.Incomplete, from + payload, payload);
    }

    private Place? Next(byte value) => _place switch
    {
        Place.Size => ReadSize(value),
        Place.Extension => value == '\r' ? Place.SizeEnd : Ignore(value, Place.Extension),
        Place.SizeEnd => value == '\n' ? AfterSize() : null,
        Place.DataCr => value == '\r' ? Place.DataEnd : null,
        Place.DataEnd => value == '\n' ? BeginSize() : null,
        Place.TrailerStart => value == '\r' ? Place.LastEnd : ReadTrailerName(value, isFirst: true),
        Place.TrailerName => ReadTrailerName(value, isFirst: false),
        Place.TrailerValue => value == '\r' ? Place.TrailerEnd : Ignore(value, Place.TrailerValue),
        Place.TrailerEnd => value == '\n' ? Place.TrailerStart : null,
        Place.LastEnd => value == '\n' ? Place.Done : null,
        _ => null,
    };

    private Place? ReadSize(byte value)
    {
        if (char.IsAsciiHexDigit((char)value))
        {
            _remaining = (_remaining << 4) + HexValue(value);
            return ++_digits <= MaxSizeDigits ? Place.Size : null;
        }

        return (_digits, value) switch
        {
            (0, _) => null,
            (_, (byte)'\r') => Place.SizeEnd,
            (_, (byte)';') => Place.Extension,
            _ => null,
        };
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private Place AfterSize()
    {
        _ignored = 0;
        return _remaining == 0 ? Place.TrailerStart : Place.Data;
    }

    private Place BeginSize()
    {
        _digits = 0;
        return Place.Size;
    }

    private Place? ReadTrailerName(byte value, bool isFirst) => value switch
    {
        (byte)':' => isFirst ? null : Place.TrailerValue,
        _ when Http1Text.IsTokenByte(value) => Ignore(value, Place.TrailerName),
        _ => null,
    };

    private Place? Ignore(byte value, Place place) =>
        ++_ignored <= MaxIgnored && (value == '\t' || value is >= 32 and not 127) ? place : null;
}
