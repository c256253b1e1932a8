using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Puts the head of a backend's answer onto the response to the client.</summary>
internal static class ResponseHeaders
{
    /// <summary>Sets the status and adds the end-to-end headers.</summary>
    /// <param name="context">The request whose response is not started.</param>
    /// <param name="head">A complete head.</param>
    public static void Copy(HttpContext context, ResponseHead head)
    {
        var response = context.Response;
        response.StatusCode = head.Status;
        if (head.Reason is { } reason)
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = reason;

        var headers = response.Headers;
        var named = head.NamesHopByHop ? ConnectionOptions(head) : StringValues.Empty;
        for (var i = 0; i < head.Headers.Count; i++)
        {
            var header = head.Headers[i];
            if (!header.StaysBehind && (named.Count == 0 || !HopByHop.IsNamed(named, header.Name)))
                Add(headers, header);
        }

        // RFC 9110 section 8.6: a 204 has no Content-Length, though some servers send one of 0.
        if (head.Status != StatusCodes.Status204NoContent && head.ContentLength is { } length)
            headers.ContentLength = length;
    }

    private static void Add(IHeaderDictionary headers, HeaderLine header)
    {
        if (headers.TryGetValue(header.Name, out var present))
            headers[header.Name] = StringValues.Concat(present, header.Value);
        else
            headers[header.Name] = header.Value;
    }

    private static StringValues ConnectionOptions(ResponseHead head)
    {
        var options = head.Headers.Where(header => header.Name.Equals("Connection", StringComparison.OrdinalIgnoreCase));
        return new StringValues([.. options.Select(header => header.Value)]);
    }
}
