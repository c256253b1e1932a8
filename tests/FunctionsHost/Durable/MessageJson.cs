using ControlPlane.Durable.Protocol;
using Google.Protobuf;
using Newtonsoft.Json;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Keeps protobuf messages as base64 inside of JSON.</summary>
internal sealed class MessageJson : JsonConverter
{
    public override bool CanConvert(Type objectType) => typeof(IMessage).IsAssignableFrom(objectType);

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) =>
        writer.WriteValue(value is IMessage message ? message.ToByteString().ToBase64() : null);

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
    {
        if (reader.Value is not string text)
            return null;
        var bytes = ByteString.FromBase64(text);
        return objectType == typeof(HistoryEvent) ? HistoryEvent.Parser.ParseFrom(bytes) : TaskFailureDetails.Parser.ParseFrom(bytes);
    }
}
