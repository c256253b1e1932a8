using System.Text.Json;
using SqlEngine.Data;
using SqlEngine.Jobs;

namespace SqlEngine.Answers;

/// <summary>Writes a query's rows as a JSON array of objects, beside their schema when that is asked for.</summary>
internal static class RowWriter
{
    public static void Write(IRows rows, Answer answer, JobRequest request)
    {
        // The first row comes before the schema: where a table declares no type, its values tell it.
        var hasRow = rows.Step();
        var names = ColumnNames(rows);
        if (request.IncludesSchema)
            BeginSchema(rows, names, answer.Json);

        answer.Json.WriteStartArray();
        for (var count = 0; hasRow && count < request.OutputSize; count++)
        {
            WriteRow(rows, names, answer.Json);
            answer.EndRow();
            hasRow = count + 1 < request.OutputSize && rows.Step();
        }

        answer.Json.WriteEndArray();
        if (request.IncludesSchema)
            answer.Json.WriteEndObject();
    }

    /// <summary>The answer of a script without a query.</summary>
    public static void WriteNone(Answer answer, JobRequest request)
    {
        if (request.IncludesSchema)
        {
            answer.Json.WriteStartObject();
            answer.Json.WriteEndObject();
            return;
        }

        answer.Json.WriteStartArray();
        answer.Json.WriteEndArray();
    }

    // Names that repeat are told apart as SQLite does it for tables: a, a:1, a:2.
    private static JsonEncodedText[] ColumnNames(IRows rows)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var names = new JsonEncodedText[rows.ColumnCount];
        for (var column = 0; column < names.Length; column++)
        {
            var name = rows.ColumnName(column);
            var unique = name;
            for (var copy = 1; !taken.Add(unique); copy++)
                unique = $"{name}:{copy}";
            names[column] = JsonEncodedText.Encode(unique, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        }

        return names;
    }

    // The shape is Spark's schema JSON, which the peer answers.
    private static void BeginSchema(IRows rows, JsonEncodedText[] names, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("schema");
        json.WriteString("type", "struct");
        json.WriteStartArray("fields");
        for (var column = 0; column < names.Length; column++)
        {
            json.WriteStartObject();
            json.WriteString("name", names[column]);
            json.WriteString("type", rows.ColumnType(column));
            json.WriteBoolean("nullable", true);
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WritePropertyName("data");
    }

    private static void WriteRow(IRows rows, JsonEncodedText[] names, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        for (var column = 0; column < names.Length; column++)
        {
            json.WritePropertyName(names[column]);
            rows.WriteValue(column, json);
        }

        json.WriteEndObject();
    }
}
