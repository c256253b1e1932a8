using System.Text;
using System.Text.Json;
using ControlPlane.Core.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// An HTTP request that comes in an envelope, because its function has a binding besides. It goes through the same
/// pipeline as any other, and its answer goes back as an output. Source: functions-custom-handler, section 6.1.
/// </summary>
internal sealed class HttpFunction(PipelineEntry pipeline)
{
    /// <summary>Marks a request from an envelope: it must not reach what takes envelopes.</summary>
    public static readonly object IsNested = new();

    private static readonly string[] Binary = ["application/octet-stream", "multipart/"];

    public async Task<Problem?> RunAsync(HttpContext outer, Envelope envelope)
    {
        if (envelope.Object(FunctionBindings.Request) is not { } request || ReadRequest(request) is not { } inner)
            return new Problem(ProblemCodes.Unreadable, $"Data.{FunctionBindings.Request} must be an HTTP request.");
        using var answer = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = outer.RequestServices, RequestAborted = outer.RequestAborted };
        context.Features.Set<IHttpRequestFeature>(inner);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        context.Items[IsNested] = true;
        await pipeline.InvokeAsync(context);
        await context.Response.CompleteAsync();
        await EnvelopeAnswer.WriteOutputAsync(outer, json => WriteResponse(json, context.Response, answer));
        return null;
    }

    private static HttpRequestFeature? ReadRequest(JsonElement json)
    {
        if (!json.TryGetProperty("Url", out var url) || !Uri.TryCreate(url.GetString(), UriKind.Absolute, out var uri)
            || !json.TryGetProperty("Method", out var method) || method.GetString() is not { Length: > 0 } verb)
        {
            return null;
        }

        var request = new HttpRequestFeature
        {
            Method = verb,
            Scheme = uri.Scheme,
            Path = PathString.FromUriComponent(uri).Value!,
            QueryString = uri.Query,
            RawTarget = uri.PathAndQuery,
            Protocol = "HTTP/1.1",
        };
        if (json.TryGetProperty("Headers", out var headers) && headers.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in headers.EnumerateObject().Where(header => header.Value.ValueKind == JsonValueKind.Array))
                request.Headers[header.Name] = header.Value.EnumerateArray().Select(value => value.GetString()).ToArray();
        }

        request.Headers.Host = uri.Authority;
        var body = ReadBody(json, request.Headers.ContentType.ToString());
        request.Body = new MemoryStream(body);
        request.Headers.ContentLength = body.Length;
        return request;
    }

    private static byte[] ReadBody(JsonElement json, string contentType)
    {
        if (!json.TryGetProperty("Body", out var body) || body.ValueKind != JsonValueKind.String)
            return [];
        return Binary.Any(kind => contentType.StartsWith(kind, StringComparison.OrdinalIgnoreCase)) && body.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : Encoding.UTF8.GetBytes(body.GetString()!);
    }

    /// <summary>The body goes as a string: inside of JSON the host would rewrite dates.</summary>
    private static void WriteResponse(Utf8JsonWriter json, HttpResponse response, MemoryStream body)
    {
        json.WriteStartObject(FunctionBindings.Response);
        json.WriteNumber("statusCode", response.StatusCode);
        json.WriteStartObject("headers");
        foreach (var (name, values) in response.Headers.Where(header => header.Key is not ("Content-Length" or "Transfer-Encoding")))
            json.WriteString(name, values.ToString());
        json.WriteEndObject();
        json.WriteString("body", body.GetBuffer().AsSpan(0, (int)body.Length));
        json.WriteEndObject();
    }
}
