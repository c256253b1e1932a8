using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>How a value of a binding is written into an envelope. Source: functions-custom-handler, section 4.</summary>
public static class ValueEncoding
{
    private const string Seconds = "yyyy-MM-dd'T'HH:mm:ss";

    /// <summary>Objects inline; almost everything else as a string that holds the JSON of the value.</summary>
    public static JToken Encode(object? value) => value switch
    {
        byte[] bytes => Convert.ToBase64String(bytes),
        DateTime time => time.ToString(Seconds, CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString(Seconds + "zzz", CultureInfo.InvariantCulture),
        null => "null",
        _ => Inline(value) ?? (JToken)JsonConvert.SerializeObject(value),
    };

    private static JObject? Inline(object value)
    {
        try
        {
            return JObject.FromObject(value);
        }
        catch (ArgumentException)
        {
            // What has no JSON object for it: texts, numbers, lists.
            return null;
        }
    }
}
