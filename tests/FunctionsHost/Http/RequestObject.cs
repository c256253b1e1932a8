using System.Security.Claims;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Http;

/// <summary>An HTTP request as it stands in an envelope. Source: functions-custom-handler, section 6.1.</summary>
internal static class RequestObject
{
    private static readonly JsonSerializer Claims = new() { ReferenceLoopHandling = ReferenceLoopHandling.Ignore };

    public static async Task<JObject> BuildAsync(HttpContext context)
    {
        var request = context.Request;
        var json = new JObject
        {
            ["Url"] = $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}",
            ["Method"] = request.Method,
            ["Query"] = JObject.FromObject(QueryMerge.Merge(request.Query)),
            ["Headers"] = JObject.FromObject(request.Headers.ToDictionary(header => header.Key, header => header.Value.ToArray())),
        };
        if (Parameters(context) is { Count: > 0 } parameters)
            json["Params"] = JObject.FromObject(parameters);
        json["Identities"] = JArray.FromObject(new[] { new ClaimsIdentity() }, Claims);

        // A chunked body has no length, so it is not there.
        if (request.ContentLength is > 0)
            json["Body"] = await BodyAsync(request);
        return json;
    }

    /// <summary>What the host lists besides, next to <c>sys</c>.</summary>
    public static JObject Metadata(HttpContext context, JObject request)
    {
        var metadata = new JObject { ["Headers"] = HeadersAsObject(context.Request), ["Query"] = request["Query"]!.DeepClone() };
        foreach (var (name, value) in Parameters(context))
            metadata[name] = Invocation.ValueEncoding.Encode(value);
        return metadata;
    }

    private static Dictionary<string, object?> Parameters(HttpContext context) =>
        context.Request.RouteValues.ToDictionary(value => value.Key, value => value.Value);

    private static JObject HeadersAsObject(HttpRequest request) =>
        JObject.FromObject(request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()));

    private static async Task<JToken> BodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var type = request.ContentType ?? "";
        return type.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) || type.Contains("multipart/", StringComparison.OrdinalIgnoreCase)
            ? (JToken)body.ToArray()
            : Encoding.UTF8.GetString(body.ToArray());
    }
}
