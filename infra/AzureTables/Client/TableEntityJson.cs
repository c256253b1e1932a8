using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>
/// Entities as the service writes them: OData JSON with minimal metadata, where a type that JSON does not know is named
/// beside its property. Source: learn.microsoft.com/rest/api/storageservices/payload-format-for-table-service-operations.
/// </summary>
internal static class TableEntityJson
{
    private const string TypeSuffix = "@odata.type";

    // Non-ASCII text is sent as it is: escaped it would be up to three times as long, and only a machine reads it.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(TableEntity entity)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteString("PartitionKey", entity.PartitionKey);
        writer.WriteString("RowKey", entity.RowKey);
        foreach (var (name, value) in entity)
            Write(writer, name, value);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public static T Read<T>(JsonElement json)
        where T : TableEntity, new()
    {
        var entity = new T();
        foreach (var property in json.EnumerateObject())
            Read(json, property, entity);
        return entity;
    }

    private static void Write(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                writer.WriteString(name, text);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case double number:
                writer.WriteString(name + TypeSuffix, "Edm.Double");
                writer.WriteNumber(name, number);
                break;
            case long number:
                Write(writer, name, "Edm.Int64", number.ToString(CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                Write(writer, name, "Edm.DateTime", time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
                break;
            case Guid id:
                Write(writer, name, "Edm.Guid", id.ToString());
                break;
            case byte[] bytes:
                Write(writer, name, "Edm.Binary", Convert.ToBase64String(bytes));
                break;
            default:
                throw new NotSupportedException($"The property {name} is a {value.GetType().Name}, which no table can hold.");
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, string type, string value)
    {
        writer.WriteString(name + TypeSuffix, type);
        writer.WriteString(name, value);
    }

    private static void Read(JsonElement json, JsonProperty property, TableEntity entity)
    {
        switch (property.Name)
        {
            case "PartitionKey":
                entity.PartitionKey = property.Value.GetString()!;
                break;
            case "RowKey":
                entity.RowKey = property.Value.GetString()!;
                break;
            case "Timestamp":
                entity.Timestamp = property.Value.GetDateTimeOffset();
                break;
            case "odata.etag":
                entity.ETag = new ETag(property.Value.GetString()!);
                break;
            default:
                if (!property.Name.StartsWith("odata.", StringComparison.Ordinal) && !property.Name.EndsWith(TypeSuffix, StringComparison.Ordinal))
                    entity[property.Name] = Value(property.Value, TypeOf(json, property.Name));
                break;
        }
    }

    private static string? TypeOf(JsonElement json, string name) =>
        json.TryGetProperty(name + TypeSuffix, out var type) ? type.GetString() : null;

    private static object? Value(JsonElement json, string? type) => type switch
    {
        "Edm.Int64" => long.Parse(json.GetString()!, CultureInfo.InvariantCulture),
        "Edm.Double" => json.GetDouble(),
        "Edm.DateTime" => json.GetDateTimeOffset(),
        "Edm.Guid" => json.GetGuid(),
        "Edm.Binary" => json.GetBytesFromBase64(),
        _ => json.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when json.TryGetInt32(out var number) => number,
            JsonValueKind.Number => json.GetDouble(),
            JsonValueKind.Null => null,
            _ => json.GetString(),
        },
    };
}
