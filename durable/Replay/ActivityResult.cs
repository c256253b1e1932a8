using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Durable.Model;

namespace ControlPlane.Durable.Replay;

/// <summary>
/// How the outcome of an activity is written into history. The result's JSON text is itself stored as a JSON string,
/// because that is what a custom handler's answer becomes and it protects the text from being rewritten on the way.
/// A failure is stored as a result too, <c>{"$error":{"type","message","nonRetriable"}}</c>, because no other way brings
/// type and message through the Functions host. Source: durable-protocol, sections 8.2 and 8.3.
/// </summary>
internal static class ActivityResult
{
    private const string Marker = "{\"$error\":";

    /// <summary>The result text as history holds it.</summary>
    public static string? ForHistory(string? json) => json is null ? null : JsonSerializer.Serialize(json, ActivityResultJson.Default.String);

    /// <summary>A failure as result text.</summary>
    public static string WriteFailure(TaskFailure failure) =>
        JsonSerializer.Serialize(new FailureEnvelope(failure), ActivityResultJson.Default.FailureEnvelope);

    /// <summary>The failure in a result's own text, or null when it holds none.</summary>
    public static TaskFailure? ReadFailure(string? text) => text is not null && text.StartsWith(Marker, StringComparison.Ordinal)
        ? JsonSerializer.Deserialize(text, ActivityResultJson.Default.FailureEnvelope)?.Error
        : null;

    /// <summary>The result's own JSON text. One that was not wrapped is taken as it is.</summary>
    public static string? ReadText(string? history)
    {
        if (history is not ['"', ..])
            return history;
        var inner = JsonSerializer.Deserialize(history, ActivityResultJson.Default.String);
        return IsJson(inner) ? inner : history;
    }

    private static bool IsJson(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return false;
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>The envelope of a failed activity.</summary>
internal sealed record FailureEnvelope([property: JsonPropertyName("$error")] TaskFailure Error);

/// <summary>Its JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FailureEnvelope))]
[JsonSerializable(typeof(string))]
internal sealed partial class ActivityResultJson : JsonSerializerContext;
