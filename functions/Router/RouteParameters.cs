using System.Buffers;

namespace ControlPlane.Functions.Router;

/// <summary>
/// What a request says about where it wants to go: <c>tags</c> and <c>proxyStrategy</c>. They are read from the query
/// when it names tags, and then the body is not looked at; otherwise from the beginning of the body, a form or a JSON
/// object, which stays unread for the backend.
/// </summary>
/// <param name="Tags">The comma list of tags; null when the request names none.</param>
/// <param name="Strategy">The name of the strategy; null when the request names none.</param>
internal readonly record struct RouteParameters(string? Tags, string? Strategy)
{
    /// <summary>How far into a body the two are looked for. Less than Kestrel buffers of a body, or the look would never end.</summary>
    public const int PeekLimit = 512 * 1024;

    /// <summary>Reads them without taking anything out of the body.</summary>
    /// <exception cref="BadHttpRequestException">The client sent a malformed body.</exception>
    public static ValueTask<RouteParameters> ReadAsync(HttpRequest request)
    {
        if (request.QueryString.HasValue && FromQuery(request) is { Tags: not null } fromQuery)
            return new(fromQuery);
        if (request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding"))
            return new(request.QueryString.HasValue ? FromQuery(request) : default);

        var contentType = request.ContentType ?? "";
        if (contentType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            return new(FromQuery(request));
        return PeekAsync(request, contentType.Contains("json", StringComparison.OrdinalIgnoreCase));
    }

    private static RouteParameters FromQuery(HttpRequest request)
    {
        var query = request.Query;
        return new(
            query.TryGetValue(ParameterNames.Tags, out var tags) ? tags.ToString() : null,
            query.TryGetValue(ParameterNames.Strategy, out var strategy) ? strategy.ToString() : null);
    }

    private static async ValueTask<RouteParameters> PeekAsync(HttpRequest request, bool isJson)
    {
        var reader = request.BodyReader;
        var parsed = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            var isWhole = read.IsCompleted || read.Buffer.Length >= (request.ContentLength ?? long.MaxValue);
            var isEnough = isWhole || read.Buffer.Length >= PeekLimit;

            // A body that arrives in many small pieces is parsed again only when it has doubled.
            if (isEnough || read.Buffer.Length >= 2 * parsed)
            {
                parsed = read.Buffer.Length;
                var found = Parse(read.Buffer, isJson, isWhole);
                if (isEnough || found is { Tags: not null, Strategy: not null })
                {
                    reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
                    return found.Strategy is null && request.QueryString.HasValue ? found with { Strategy = FromQuery(request).Strategy } : found;
                }
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static RouteParameters Parse(ReadOnlySequence<byte> body, bool isJson, bool isWhole)
    {
        if (body.Length > PeekLimit)
            body = body.Slice(0, PeekLimit);
        if (body.IsSingleSegment)
            return isJson ? JsonBody.Find(body.FirstSpan, isWhole) : FormBody.Find(body.FirstSpan, isWhole);

        var copy = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(copy);
            var bytes = copy.AsSpan(0, (int)body.Length);
            return isJson ? JsonBody.Find(bytes, isWhole) : FormBody.Find(bytes, isWhole);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
