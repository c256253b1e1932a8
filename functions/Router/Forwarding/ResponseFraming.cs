namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Where the body of an answer ends: RFC 9112 section 6.3.</summary>
internal struct ResponseFraming
{
    private ChunkedDecoder _chunks;
    private Kind _kind;
    private long _remaining;

    private enum Kind
    {
        Length,
        Chunked,
        UntilClose,
    }

    /// <summary>Whether the end of the connection is the end of the body, so that a truncated one cannot be told.</summary>
    public readonly bool EndsWithConnection => _kind == Kind.UntilClose;

    /// <summary>What the end of the connection means for a body that is not complete.</summary>
    public readonly BodyState AtEndOfConnection => EndsWithConnection ? BodyState.Complete : BodyState.Malformed;

    /// <summary>Whether the body is long enough that bigger reads pay.</summary>
    public readonly bool IsLong => _kind != Kind.Length || _remaining > UpstreamConnection.SmallBuffer;

    /// <summary>The framing of the answer with this head.</summary>
    /// <param name="head">A complete head of a final answer.</param>
    /// <param name="toHeadRequest">Whether the request was HEAD, whose answer has no body whatever its headers say.</param>
    public static ResponseFraming Of(ResponseHead head, bool toHeadRequest)
    {
        if (toHeadRequest || head.Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
            return default;
        if (head.IsChunked)
            return new ResponseFraming { _kind = Kind.Chunked };
        if (head.ContentLength is { } length)
            return new ResponseFraming { _remaining = length };
        return new ResponseFraming { _kind = Kind.UntilClose };
    }

    /// <summary>Reads on, up to the end of the next piece of content at most.</summary>
    public BodyStep Read(ReadOnlySpan<byte> bytes) => _kind switch
    {
        Kind.Chunked => _chunks.Read(bytes),
        Kind.Length => ReadLength(bytes),
        _ => new BodyStep(BodyState.Incomplete, bytes.Length, bytes.Length),
    };

    private BodyStep ReadLength(ReadOnlySpan<byte> bytes)
    {
        var payload = (int)Math.Min(_remaining, bytes.Length);
        _remaining -= payload;
        return new BodyStep(_remaining == 0 ? BodyState.Complete : BodyState.Incomplete, payload, payload);
    }
}
