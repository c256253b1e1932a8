using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Functions.Http;

/// <summary>
/// Writes JSON that people can read: quotes, arrows and letters of any language stand as they are. By default they
/// would be escaped for use inside of a web page, where no answer of the API may be put unescaped anyway.
/// </summary>
internal static class ReadableJson
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a value as the body; status and content type are set already.</summary>
    public static async Task WriteAsync<T>(HttpResponse response, T value, JsonTypeInfo<T> type)
    {
        // Or a browser may take it for a page after all.
        response.Headers.XContentTypeOptions = "nosniff";
        await using var json = new Utf8JsonWriter(response.BodyWriter, Options);
        JsonSerializer.Serialize(json, value, type);
    }
}
