using System.Globalization;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Backends;

/// <summary>Reads where a backend listens.</summary>
public static class BackendUrl
{
    /// <summary>The longest url, in characters. It is a key of the store.</summary>
    public const int MaxLength = 250;

    private const string Rule = "Write host:port (such as 127.0.0.1:9003), or a url that begins with http:// or https:// and has no user, query or fragment.";

    /// <summary>
    /// Turns what the caller wrote into the one form that is stored: scheme, host in lower case, port always written
    /// unless it is the scheme's own, no slash at the end. Two urls of the same place come out the same.
    /// </summary>
    public static Result<string> Normalize(string field, string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            return Invalid(field, text);

        var hasScheme = trimmed.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? trimmed : $"http://{trimmed}", UriKind.Absolute, out var uri))
            return Invalid(field, text);
        if (uri.Scheme is not ("http" or "https") || uri.Host.Length == 0 || uri.Port is < 1 or > 65535)
            return Invalid(field, text);
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0 || trimmed.Contains('?') || trimmed.Contains('#'))
            return Invalid(field, text);
        if (!hasScheme && !IsHostAndPort(trimmed, uri))
            return Invalid(field, text);

        var port = uri.IsDefaultPort ? "" : ":" + uri.Port.ToString(CultureInfo.InvariantCulture);
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.DnsSafeHost}]" : uri.IdnHost;
        var url = $"{uri.Scheme}://{host.ToLowerInvariant()}{port}{uri.AbsolutePath.TrimEnd('/')}";
        return url.Length <= MaxLength
            ? url
            : Problem.Invalid(field, $"has {url.Length} characters in its full form. At most {MaxLength} are allowed. Shorten it.");
    }

    private static bool IsHostAndPort(string text, Uri uri) =>
        uri.AbsolutePath == "/" && text.EndsWith(":" + uri.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static Problem Invalid(string field, string text) =>
        Problem.Invalid(field, $"\"{(text.Length > 100 ? text[..100] + "..." : text)}\" is no url of a backend. {Rule}");
}
