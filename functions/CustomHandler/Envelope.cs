using System.Text.Json;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// What the Functions host posts to <c>/FunctionName</c>: <c>{"Data":{...},"Metadata":{...}}</c>. Strings in it are
/// JSON within JSON. Source: functions-custom-handler, sections 3.1 and 4.
/// </summary>
internal sealed class Envelope : IDisposable
{
    private readonly JsonDocument _json;
    private readonly JsonElement _data;
    private readonly JsonElement _metadata;

    private Envelope(JsonDocument json, JsonElement data, JsonElement metadata) => (_json, _data, _metadata) = (json, data, metadata);

    /// <summary>Reads one; null when the text is anything else.</summary>
    public static Envelope? Parse(ReadOnlyMemory<byte> text)
    {
        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 256 });
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("Data", out var data) && data.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("Metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object)
            {
                return new Envelope(json, data, metadata);
            }
        }
        catch (JsonException)
        {
            // It is no JSON at all.
        }

        json?.Dispose();
        return null;
    }

    /// <summary>Whether there is a binding of that name.</summary>
    public bool Has(string binding) => _data.TryGetProperty(binding, out _);

    /// <summary>A binding that is an object, such as an HTTP request.</summary>
    public JsonElement? Object(string binding) =>
        _data.TryGetProperty(binding, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    /// <summary>
    /// The text of a binding of type string, null for none. The host sends a JSON string with the JSON of the string
    /// in it; anything else is taken for the text that it stands for.
    /// </summary>
    public string? Text(string binding) => Text(_data, binding);

    /// <summary>A text of the metadata. It may repeat what a caller wrote, so nothing is decided by it.</summary>
    public string? MetadataText(string name) => Text(_metadata, name);

    public void Dispose() => _json.Dispose();

    private static string? Text(JsonElement source, string name)
    {
        if (!source.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            return value.GetRawText();
        var outer = value.GetString()!;
        try
        {
            using var inner = JsonDocument.Parse(outer);
            return inner.RootElement.ValueKind switch
            {
                JsonValueKind.String => inner.RootElement.GetString(),
                JsonValueKind.Null => null,
                _ => outer,
            };
        }
        catch (JsonException)
        {
            return outer;
        }
    }
}
