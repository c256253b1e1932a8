using System.Text.Json;

namespace ControlPlane.Durable.Model;

/// <summary>The JSON text in which values travel between orchestrators, activities and clients. No text stands for null.</summary>
/// <param name="options">How it is written.</param>
public sealed class Payload(JsonSerializerOptions options)
{
    /// <summary>Writes a value as its own type; null becomes no text.</summary>
    public string? Write(object? value) =>
        value is null ? null : JsonSerializer.Serialize(value, value.GetType(), options);

    /// <summary>Reads a value; no text becomes the type's default.</summary>
    /// <exception cref="JsonException">The text does not fit the type.</exception>
    public T Read<T>(string? text) =>
        string.IsNullOrEmpty(text) ? default! : JsonSerializer.Deserialize<T>(text, options)!;
}
