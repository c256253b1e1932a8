using System.Globalization;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Functions.Signals;

/// <summary>One thing to ask of one place outside. Groups that ask the same share the answer.</summary>
/// <param name="Kind"><see cref="SignalKind.PromQl"/> or <see cref="SignalKind.HttpJson"/>.</param>
/// <param name="Url">The place.</param>
/// <param name="Query">The expression, or the JSON pointer.</param>
/// <param name="Lookback">The age up to which Prometheus may answer with a sample; null leaves that to it, which is 5 min unless set there.</param>
internal sealed record Source(SignalKind Kind, Uri Url, string Query, TimeSpan? Lookback)
{
    /// <summary>Queries that are longer go into the body: not every server and proxy takes a longer line.</summary>
    private const int LongestInLine = 2000;

    /// <summary>Where a signal is asked for; null when it comes from the group itself or its address is none.</summary>
    public static Source? Of(Signal signal) =>
        Of(signal.Kind, signal.Url, signal.Query, signal.Kind == SignalKind.PromQl ? signal.StaleAfter : null);

    /// <summary>Where a blocker is asked for; null when its address is none. An old sample of it counts longer than none, which is false.</summary>
    public static Source? Of(Blocker blocker) => Of(blocker.Kind, blocker.Url, blocker.Query, null);

    /// <summary>The request.</summary>
    public HttpRequestMessage ToRequest()
    {
        if (Kind == SignalKind.HttpJson)
            return new HttpRequestMessage(HttpMethod.Get, Url);
        var fields = new Dictionary<string, string> { ["query"] = Query };
        // Prometheus 2.43 and later; others take no notice. A number is seconds.
        if (Lookback is { } lookback)
            fields["lookback_delta"] = lookback.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var address = new UriBuilder(Url) { Path = Url.AbsolutePath.TrimEnd('/') + "/api/v1/query" };
        if (Query.Length > LongestInLine)
            return new HttpRequestMessage(HttpMethod.Post, address.Uri) { Content = new FormUrlEncodedContent(fields) };
        var own = Url.Query.TrimStart('?');
        address.Query = string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}").Prepend(own).Where(part => part.Length > 0));
        return new HttpRequestMessage(HttpMethod.Get, address.Uri);
    }

    /// <summary>For the log: the place, without what may be a secret in its address.</summary>
    public override string ToString() => $"{Kind} at {Url.Scheme}://{Url.Authority}{Url.AbsolutePath}";

    private static Source? Of(SignalKind kind, string? url, string? query, TimeSpan? lookback) =>
        kind is SignalKind.PromQl or SignalKind.HttpJson
        && query is not null
        && Uri.TryCreate(url, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
            ? new Source(kind, address, query, lookback)
            : null;
}
