using ControlPlane.Core.Json;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Monitors;

/// <summary>The rules for where a signal or a blocker is asked, and for what.</summary>
internal static class QueryRules
{
    private const int MaxUrl = 2048, MaxQuery = 4096;

    /// <summary>Whether a kind is asked outside, and so needs a url and a query.</summary>
    public static bool IsOutside(SignalKind kind) => kind is SignalKind.PromQl or SignalKind.HttpJson;

    public static void Check(FieldChecks at, SignalKind kind, string? url, string? query)
    {
        if (IsOutside(kind))
        {
            CheckUrl(at, url);
            CheckQuery(at, kind, query);
            return;
        }

        if (url is not null)
            at.Refuse("url", $"is not asked for {kind}, which comes from the group itself. Leave it out.");
        if (query is not null)
            at.Refuse("query", $"is not asked for {kind}, which comes from the group itself. Leave it out.");
    }

    /// <summary>Whoever reads a monitor reads its urls, so that a password has no place in one.</summary>
    private static void CheckUrl(FieldChecks at, string? url)
    {
        var text = at.Text("url", url, MaxUrl, "a url, such as http://127.0.0.1:9090");
        if (text.Length == 0)
            return;
        if (text.Any(char.IsWhiteSpace) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            at.Refuse("url", "is no url. Give one that begins with http:// or https://.");
        else if (uri.UserInfo.Length > 0 || text.Contains('@'))
            at.Refuse("url", "names a user. Everybody who may read the monitor would see it. Remove what stands before the @.");
        else if (text.Contains('#'))
            at.Refuse("url", "holds a fragment, which is never sent. Remove the # and what follows it.");
    }

    private static void CheckQuery(FieldChecks at, SignalKind kind, string? query)
    {
        if (query is { Length: > MaxQuery })
            at.Refuse("query", $"has {query.Length} characters. At most {MaxQuery} are allowed.");
        else if (kind == SignalKind.PromQl && string.IsNullOrWhiteSpace(query))
            at.Refuse("query", "is missing. Give a PromQL expression, such as sum(jobs_waiting).");
        else if (kind == SignalKind.HttpJson && query is null)
            at.Refuse("query", "is missing. Give a JSON pointer, such as /queue/length, or an empty text for the whole document.");
        else if (kind == SignalKind.HttpJson && !JsonPointer.IsWellFormed(query!))
            at.Refuse("query", "is no JSON pointer. Begin with a slash, and write ~0 for ~ and ~1 for / in a name (RFC 6901).");
    }
}
