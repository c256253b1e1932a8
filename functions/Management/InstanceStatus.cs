using System.Globalization;
using System.Text.Json;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Functions.Management;

/// <summary>
/// An orchestration as the management API of Durable Functions shows it. Source: durable-protocol, section 9.1.
/// </summary>
internal static class InstanceStatus
{
    public static OrchestrationStatus? Parse(string? name) =>
        Enum.TryParse<OrchestrationStatus>(name, ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null;

    public static void Write(Utf8JsonWriter json, OrchestrationInstance instance, bool showInput, HistoryJson? history = null)
    {
        json.WriteStartObject();
        json.WriteString("name", instance.Name);
        json.WriteString("instanceId", instance.InstanceId);
        json.WriteString("runtimeStatus", instance.Status.ToString());
        WriteText(json, "input", showInput ? instance.Input : null);
        WriteText(json, "customStatus", instance.CustomStatus);
        WriteText(json, "output", instance.Output);
        json.WriteString("createdTime", Time(instance.Created));
        json.WriteString("lastUpdatedTime", Time(instance.Updated));
        if (history is not null)
        {
            json.WritePropertyName("historyEvents");
            history.Write(json);
        }

        json.WriteEndObject();
    }

    public static OrchestrationInstance Read(JsonElement json) => new(
        json.GetProperty("name").GetString() ?? "",
        json.GetProperty("instanceId").GetString() ?? "",
        Parse(json.GetProperty("runtimeStatus").GetString()) ?? throw new JsonException("The runtimeStatus is none that is known."),
        json.GetProperty("createdTime").GetDateTimeOffset(),
        json.GetProperty("lastUpdatedTime").GetDateTimeOffset())
    {
        Input = TextOf(json, "input"),
        CustomStatus = TextOf(json, "customStatus"),
        Output = TextOf(json, "output"),
    };

    /// <summary>JSON as JSON, any other text as a string.</summary>
    public static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        json.WritePropertyName(name);
        if (text is null)
        {
            json.WriteNullValue();
            return;
        }

        try
        {
            using var parsed = JsonDocument.Parse(text);
            parsed.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteStringValue(text);
        }
    }

    /// <summary>Whole seconds, as the extension writes them.</summary>
    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetRawText() : null;
}
