using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>How the body of a request is delimited towards the backend: as the client did, so never both ways at once.</summary>
/// <param name="Length">The length stated by the client, in bytes; null when it stated none.</param>
/// <param name="IsChunked">Whether there is a body of unknown length.</param>
internal readonly record struct RequestFraming(long? Length, bool IsChunked)
{
    /// <summary>Whether there is anything to send after the head.</summary>
    public bool HasBody => IsChunked || Length > 0;

    /// <summary>The framing of this request.</summary>
    public static RequestFraming Of(HttpContext context)
    {
        var headers = context.Request.Headers;
        var length = headers.ContentLength;
        if (headers.TransferEncoding.Count > 0)
            return new RequestFraming(null, true);
        if (length is not null)
            return new RequestFraming(length, false);

        // HTTP/2 has bodies without either header.
        return new RequestFraming(null, context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false);
    }
}
