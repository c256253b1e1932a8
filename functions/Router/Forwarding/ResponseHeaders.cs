using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Puts the head of a backend's answer onto the response to the client.</summary>
internal static class ResponseHeaders
{
    /// <summary>Sets the status and adds the end-to-end headers.</summary>
    /// <param name="context">The request whose response is not started.</param>
    /// <param name="head">A complete head.</param>
    /// <param name="bytes">The bytes that it was read from.</param>
    /// <param name="strings">Where the strings come from.</param>
    public static void Copy(HttpContext context, ResponseHead head, ReadOnlySpan<byte> bytes, HeaderStrings strings)
    {
        var response = context.Response;
        response.StatusCode = head.Status;
        CopyReason(context, head, bytes);

        var headers = response.Headers;
        var named = head.NamesHopByHop ? ConnectionOptions(head, bytes, strings) : StringValues.Empty;
        foreach (var header in head.Headers)
        {
            var name = strings.Get(header.Name(bytes));
            if (IsDropped(name, named))
                continue;
            Add(headers, name, strings.Get(header.Value(bytes)));
        }

        // RFC 9110 section 8.6: a 204 has no Content-Length, though some servers send one of 0.
        if (head.Status != StatusCodes.Status204NoContent && head.ContentLength is { } length)
            headers.ContentLength = length;
    }

    private static bool IsDropped(string name, StringValues named) =>
        HopByHop.Contains(name)
        || (name.Length == 14 && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
        || (named.Count > 0 && HopByHop.IsNamed(named, name));

    private static void Add(IHeaderDictionary headers, string name, string value)
    {
        if (headers.TryGetValue(name, out var present))
            headers[name] = StringValues.Concat(present, value);
        else
            headers[name] = value;
    }

    private static void CopyReason(HttpContext context, ResponseHead head, ReadOnlySpan<byte> bytes)
    {
        var reason = head.Reason.Value(bytes);
        if (!Ascii.Equals(reason, ReasonPhrases.GetReasonPhrase(head.Status)))
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = Encoding.Latin1.GetString(reason);
    }

    private static StringValues ConnectionOptions(ResponseHead head, ReadOnlySpan<byte> bytes, HeaderStrings strings)
    {
        var options = StringValues.Empty;
        foreach (var header in head.Headers)
        {
            if (Ascii.EqualsIgnoreCase(header.Name(bytes), "Connection"))
                options = StringValues.Concat(options, strings.Get(header.Value(bytes)));
        }

        return options;
    }
}
