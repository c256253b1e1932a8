using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Http;

/// <summary>ETags and the headers that name them (RFC 9110, section 13).</summary>
internal static class ETags
{
    public static string Quote(string etag) => $"\"{etag}\"";

    /// <summary>The ETag that the row must still have; null when any will do.</summary>
    public static Result<Precondition> Read(HttpRequest request)
    {
        var match = request.Headers.IfMatch.ToString().Trim();
        var noneMatch = request.Headers.IfNoneMatch.ToString().Trim();
        if (noneMatch.Length > 0 && noneMatch != "*")
            return Problem.Invalid("If-None-Match", "takes only * here: write only if there is nothing yet.");
        if (match is "" or "*")
            return new Precondition(null, MustExist: match == "*", MustBeNew: noneMatch == "*");
        var weak = match.StartsWith("W/", StringComparison.Ordinal) ? match[2..] : match;
        return weak.Length >= 2 && weak[0] == '"' && weak[^1] == '"' && !weak[1..^1].Contains('"', StringComparison.Ordinal)
            ? new Precondition(weak[1..^1], MustExist: true, MustBeNew: noneMatch == "*")
            : Problem.Invalid("If-Match", "is no ETag. Send the one that reading gave you, with its quotes.");
    }

    public static bool IsKnown(HttpRequest request, string etag) =>
        request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(Quote(etag), StringComparer.Ordinal);
}

/// <summary>What must hold of a row before it is written.</summary>
internal sealed record Precondition(string? ETag, bool MustExist, bool MustBeNew);
