using System.Text.Json;

namespace ControlPlane.Functions.Router;

/// <summary>Finds the router's parameters among the top-level members of a JSON object.</summary>
internal static class JsonBody
{
    /// <summary>Reads what is there. A body that is no JSON names nothing here; the engine will say what it thinks of it.</summary>
    public static RouteParameters Find(ReadOnlySpan<byte> body, bool isWhole)
    {
        string? tags = null, strategy = null;
        try
        {
            var reader = new Utf8JsonReader(body, isWhole, default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("tags"u8))
                    tags = ReadList(ref reader) ?? tags;
                else if (reader.ValueTextEquals("proxyStrategy"u8))
                    strategy = ReadList(ref reader) ?? strategy;
                else if (!reader.TrySkip())
                    break;
            }
        }
        catch (JsonException)
        {
            // What was found before the fault counts.
        }

        return new(tags, strategy);
    }

    /// <summary>A string, or an array of strings as a comma list.</summary>
    private static string? ReadList(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return null;
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.TrySkip();
            return null;
        }

        var list = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            list.Add(reader.GetString()!);
        return reader.TokenType == JsonTokenType.EndArray ? string.Join(",", list) : null;
    }
}
