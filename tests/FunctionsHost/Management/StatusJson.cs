using System.Globalization;
using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Management;

/// <summary>An instance as the management API shows it. Source: durable-protocol, section 9.1.</summary>
internal static class StatusJson
{
    private static readonly JsonSerializerSettings AsWritten = new() { DateParseHandling = DateParseHandling.None };

    public static JObject Of(HubInstance instance, IQueryCollection query)
    {
        var json = new JObject
        {
            ["name"] = instance.Name,
            ["instanceId"] = instance.Id,
            ["runtimeStatus"] = instance.Status.ToString(),
            ["input"] = IsOff(query["showInput"]) ? null : Parsed(instance.Input),
            ["customStatus"] = Parsed(instance.CustomStatus),
            ["output"] = Parsed(instance.Output),
            ["createdTime"] = Seconds(instance.Created),
            ["lastUpdatedTime"] = Seconds(instance.Updated),
        };
        if (bool.TryParse(query["showHistory"], out var showsHistory) && showsHistory)
            json["historyEvents"] = new JArray(instance.History.Where(IsShown).Select(Event));
        return json;
    }

    /// <summary>JSON as JSON, any other text as a string.</summary>
    public static JToken Parsed(string? text)
    {
        if (text is null)
            return JValue.CreateNull();
        try
        {
            return JsonConvert.DeserializeObject<JToken>(text, AsWritten) ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static bool IsOff(string? value) => bool.TryParse(value, out var parsed) && !parsed;

    private static bool IsShown(HistoryEvent item) => item.EventTypeCase is not (HistoryEvent.EventTypeOneofCase.OrchestratorStarted
        or HistoryEvent.EventTypeOneofCase.OrchestratorCompleted or HistoryEvent.EventTypeOneofCase.TaskScheduled
        or HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCreated);

    private static JObject Event(HistoryEvent item) => new()
    {
        ["EventType"] = item.EventTypeCase.ToString(),
        ["Timestamp"] = item.Timestamp.ToDateTimeOffset().UtcDateTime,
    };

    private static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
