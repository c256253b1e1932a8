using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json;

namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>Reads a handler's answer as Microsoft.AspNet.WebApi.Client does for the host. Source: functions-custom-handler, section 5.</summary>
internal static class AnswerReader
{
    private const int MaxDepth = 256;

    /// <summary>Null for an empty body or the JSON null.</summary>
    /// <exception cref="InvalidOperationException">The body cannot be read.</exception>
    public static async Task<HandlerAnswer?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (!IsJson(answer.Content.Headers.ContentType) && body.Length > 0)
        {
            var cause = $"No MediaTypeFormatter is available to read content with the media type '{answer.Content.Headers.ContentType}'.";
            throw Invalid(answer, body, new NotSupportedException(cause));
        }

        try
        {
            using var reader = new JsonTextReader(new StreamReader(new MemoryStream(body), Encoding.UTF8));
            return new JsonSerializer { MaxDepth = MaxDepth }.Deserialize<HandlerAnswer>(reader);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or OverflowException)
        {
            throw Invalid(answer, body, fault);
        }
    }

    private static bool IsJson(MediaTypeHeaderValue? type) => type?.MediaType?.ToLowerInvariant() is "application/json" or "text/json";

    private static InvalidOperationException Invalid(HttpResponseMessage answer, byte[] body, Exception cause) =>
        new($"Invalid HttpResponseMessage:\n{answer}\n {Encoding.UTF8.GetString(body)}", cause);
}
