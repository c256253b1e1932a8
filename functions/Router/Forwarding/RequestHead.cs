using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// Writes the head that the backend receives. Nothing that could end a line early gets through, so one request stays
/// one request on the wire.
/// </summary>
internal static class RequestHead
{
    /// <summary>Appends the head of the client's request.</summary>
    /// <returns>False when it cannot be written as HTTP/1.1; what has been appended is then of no use.</returns>
    public static bool TryAppend(RequestBuffer buffer, HttpContext context, UpstreamAddress address, RequestFraming framing)
    {
        if (!TryAppendRequestLine(buffer, context, address) || !TryAppendHeaders(buffer, context.Request.Headers))
            return false;
        if (!TryAppendForwarded(buffer, context))
            return false;

        if (framing.IsChunked)
            buffer.Append("Transfer-Encoding: chunked\r\n"u8);
        else if (framing.Length is { } length)
            AppendContentLength(buffer, length);
        buffer.Append("\r\n"u8);
        return true;
    }

    private static bool TryAppendRequestLine(RequestBuffer buffer, HttpContext context, UpstreamAddress address)
    {
        var method = context.Request.Method;
        var target = OriginForm(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (!Http1Text.IsToken(method) || !Http1Text.IsTarget(target))
            return false;

        var isWritten = buffer.TryAppend(method);
        buffer.Append(" "u8);
        if (target[0] == '/')
            buffer.Append(address.PathPrefix);
        isWritten &= buffer.TryAppend(target);
        buffer.Append(address.VersionAndHost);
        return isWritten;
    }

    // A client that takes this for its proxy sends the absolute form (RFC 9112 section 3.2.2). CONNECT, which has
    // neither form, gives an empty target and is refused.
    private static ReadOnlySpan<char> OriginForm(string target)
    {
        if (target is "*" || target.StartsWith('/'))
            return target;
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return default;
        var path = target.AsSpan()[(scheme + 3)..].IndexOfAny('/', '?');
        if (path < 0)
            return "/";
        var rest = target.AsSpan()[(scheme + 3 + path)..];
        return rest[0] == '/' ? rest : string.Concat("/", rest);
    }

    private static bool TryAppendHeaders(RequestBuffer buffer, IHeaderDictionary headers)
    {
        var connection = headers.Connection;
        var anyNamed = HopByHop.AnyNamed(connection);
        foreach (var (name, values) in headers)
        {
            if (HopByHop.Contains(name) || IsReplaced(name) || (anyNamed && HopByHop.IsNamed(connection, name)))
                continue;
            foreach (var value in values)
            {
                if (!TryAppendHeader(buffer, name, value))
                    return false;
            }
        }

        return true;
    }

    // Kestrel has answered Expect already; the others are written anew.
    private static bool IsReplaced(string name) => name.Length switch
    {
        4 => name.Equals("Host", StringComparison.OrdinalIgnoreCase),
        6 => name.Equals("Expect", StringComparison.OrdinalIgnoreCase),
        14 => name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase),
        15 => name.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase),
        16 => name.Equals("X-Forwarded-Host", StringComparison.OrdinalIgnoreCase),
        17 => name.Equals("X-Forwarded-Proto", StringComparison.OrdinalIgnoreCase),
        _ => name.Length == 0 || name[0] == ':',
    };

    private static bool TryAppendHeader(RequestBuffer buffer, string name, string? value)
    {
        if (!Http1Text.IsToken(name) || !Http1Text.IsValue(value))
            return false;
        var isWritten = buffer.TryAppend(name);
        buffer.Append(": "u8);
        isWritten &= buffer.TryAppend(value);
        buffer.Append("\r\n"u8);
        return isWritten;
    }

    private static bool TryAppendForwarded(RequestBuffer buffer, HttpContext context)
    {
        var request = context.Request;
        var before = request.Headers["X-Forwarded-For"];
        var host = request.Headers.Host;
        if (!Http1Text.IsValue(request.Scheme) || !HaveValidText(before) || !HaveValidText(host))
            return false;

        buffer.Append("X-Forwarded-For: "u8);
        var isWritten = true;
        foreach (var hop in before)
        {
            isWritten &= buffer.TryAppend(hop);
            buffer.Append(", "u8);
        }

        AppendAddress(buffer, context.Connection.RemoteIpAddress);
        buffer.Append("\r\nX-Forwarded-Proto: "u8);
        isWritten &= buffer.TryAppend(request.Scheme);
        buffer.Append("\r\n"u8);
        return isWritten && (host.Count == 0 || TryAppendHeader(buffer, "X-Forwarded-Host", host[0]));
    }

    private static bool HaveValidText(StringValues values)
    {
        foreach (var value in values)
        {
            if (!Http1Text.IsValue(value))
                return false;
        }

        return true;
    }

    private static void AppendAddress(RequestBuffer buffer, IPAddress? address)
    {
        if (address is null)
            buffer.Append("unknown"u8);
        else
            buffer.TryAppend((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
    }

    private static void AppendContentLength(RequestBuffer buffer, long length)
    {
        buffer.Append("Content-Length: "u8);
        buffer.Append(length);
        buffer.Append("\r\n"u8);
    }
}
