using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Core.Scaling.Schedules;

/// <summary>Cron expressions are JSON strings.</summary>
public sealed class CronExpressionConverter : JsonConverter<CronExpression>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The text is no cron expression.</exception>
    public override CronExpression Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (value, error) = CronExpression.Parse(reader.GetString());
        return value ?? throw new JsonException(error);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CronExpression value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
