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
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && TryReadMember(ref reader, ref tags, ref strategy))
            {
                // Each turn reads one member.
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // What was found before the fault counts. The second kind comes from strings that are no Unicode text.
        }

        return new(tags, strategy);
    }

    /// <summary>False when the body ends before the member does.</summary>
    private static bool TryReadMember(ref Utf8JsonReader reader, ref string? tags, ref string? strategy)
    {
        if (reader.ValueTextEquals("tags"u8))
            return TryReadList(ref reader, ref tags);
        return reader.ValueTextEquals("proxyStrategy"u8) ? TryReadList(ref reader, ref strategy) : reader.TrySkip();
    }

    /// <summary>Reads a string, or an array of strings as a comma list. Anything else is passed over.</summary>
    private static bool TryReadList(ref Utf8JsonReader reader, ref string? list)
    {
        if (!reader.Read())
            return false;
        if (reader.TokenType == JsonTokenType.String)
        {
            list = reader.GetString();
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
            return reader.TrySkip();

        var (texts, isListOfTexts) = (new List<string>(), true);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                list = isListOfTexts ? string.Join(",", texts) : list;
                return true;
            }

            isListOfTexts &= reader.TokenType == JsonTokenType.String;
            if (reader.TokenType == JsonTokenType.String)
                texts.Add(reader.GetString()!);
            else if (!reader.TrySkip())
                return false;
        }

        return false;
    }
}
