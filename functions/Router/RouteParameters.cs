using System.Buffers;

namespace ControlPlane.Functions.Router;

/// <summary>
/// What a request says about where it wants to go: <c>tags</c> and <c>proxyStrategy</c>. Each is read from the query, and
/// what the query does not name from the beginning of the body, a form or a JSON object, which stays unread for the
/// backend. A body that is to be passed on before it has come to its end needs its tags in the query, and another type.
/// </summary>
/// <param name="Tags">The comma list of tags; null when the request names none.</param>
/// <param name="Strategy">The name of the strategy; null when the request names none.</param>
internal readonly record struct RouteParameters(string? Tags, string? Strategy)
{
    /// <summary>How far into a body the two are looked for.</summary>
    public const int PeekLimit = 512 * 1024;

    /// <summary>Reads them without taking anything out of the body.</summary>
    /// <exception cref="BadHttpRequestException">The client sent a malformed body.</exception>
    public static ValueTask<RouteParameters> ReadAsync(HttpRequest request)
    {
        var known = request.QueryString.HasValue ? FromQuery(request.Query) : default;
        return MayTheBodyKnowMore(request, known) ? PeekAsync(request, known) : new(known);
    }

    private static RouteParameters FromQuery(IQueryCollection query) => new(
        query.TryGetValue(ParameterNames.Tags, out var tags) ? tags.ToString() : null,
        query.TryGetValue(ParameterNames.Strategy, out var strategy) ? strategy.ToString() : null);

    private static bool MayTheBodyKnowMore(HttpRequest request, RouteParameters known)
    {
        if (!string.IsNullOrEmpty(known.Tags) && known.Strategy is not null)
            return false;
        if (request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding"))
            return false;

        // As the peer does, anything is taken for a form that is not something else, unless the query says enough already.
        var type = request.ContentType ?? "";
        return string.IsNullOrEmpty(known.Tags)
            ? !type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            : IsForm(type) || IsJson(type);
    }

    internal static bool IsForm(string type) => type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    internal static bool IsJson(string type) => !IsForm(type) && type.Contains("json", StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<RouteParameters> PeekAsync(HttpRequest request, RouteParameters known)
    {
        var body = await PeekedBody.ReadAsync(request, PeekLimit);
        var found = Parse(body.Bytes, IsJson(request.ContentType ?? ""), body.IsWhole);
        body.Leave(request);
        return new(string.IsNullOrEmpty(known.Tags) ? found.Tags ?? known.Tags : known.Tags, known.Strategy ?? found.Strategy);
    }

    private static RouteParameters Parse(ReadOnlySequence<byte> body, bool isJson, bool isWhole)
    {
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
