using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ControlPlane.Functions.Http;

/// <summary>
/// What a caller has shown to the Functions host or to App Service authentication. They have read it; no engine behind
/// the control plane may learn it, and no endpoint take it for a parameter of its own.
/// Source: learn.microsoft.com/azure/azure-functions/function-keys-how-to, learn.microsoft.com/azure/app-service/overview-authentication-authorization.
/// </summary>
internal static class HostCredentials
{
    private const string KeyHeader = "x-functions-key";
    private const string KeyParameter = "code";
    private const string TokenHeaders = "X-MS-TOKEN-";
    private const string SessionCookies = "AppServiceAuthSession";

    /// <summary>Takes the function key out of a request.</summary>
    public static void RemoveKey(HttpRequest request)
    {
        request.Headers.Remove(KeyHeader);
        if (!request.QueryString.HasValue || !request.Query.ContainsKey(KeyParameter))
            return;
        var rest = string.Join('&', request.QueryString.Value![1..].Split('&').Where(pair => !IsKey(pair)));
        request.QueryString = rest.Length > 0 ? new QueryString("?" + rest) : QueryString.Empty;

        // What is passed on is the target as it came.
        var feature = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>();
        feature.RawTarget = feature.RawTarget.Split('?', 2)[0] + request.QueryString.Value;
    }

    /// <summary>Takes the tokens and the session of App Service authentication out of a request.</summary>
    public static void RemoveTokens(HttpRequest request)
    {
        var headers = request.Headers;
        headers.Remove(HeaderNames.Authorization);
        foreach (var name in headers.Keys.Where(name => name.StartsWith(TokenHeaders, StringComparison.OrdinalIgnoreCase)).ToList())
            headers.Remove(name);
        if (headers.Cookie.Count == 0)
            return;
        var others = headers.Cookie.SelectMany(line => (line ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(cookie => !cookie.StartsWith(SessionCookies, StringComparison.Ordinal));
        headers.Cookie = string.Join("; ", others) is { Length: > 0 } rest ? rest : default;
    }

    private static bool IsKey(string pair) =>
        Uri.UnescapeDataString(pair.Split('=', 2)[0]).Equals(KeyParameter, StringComparison.OrdinalIgnoreCase);
}
