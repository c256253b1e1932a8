using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Functions.Signals;

/// <summary>
/// Reads the answer to an instant query. One series or a scalar is a number. Several are a fault: whether they are to be
/// added, averaged or compared is for the query to say. Source: prometheus.io, HTTP API, expression query result formats.
/// </summary>
internal static class PromQlAnswer
{
    private const double LastUnixSecond = 253_402_300_799;

    /// <param name="root">The answer.</param>
    /// <param name="now">When it was received: a clock that goes before ours must not make a value younger than that.</param>
    public static SourceAnswer Read(JsonElement root, DateTimeOffset now)
    {
        if (!IsText(Member(root, "status"), "success"))
            return SourceAnswer.Failed(IsText(Member(root, "status"), "error") ? "it could not work out the query" : "its answer is not one of Prometheus", now);
        var data = Member(root, "data");
        if (Member(data, "result") is not { ValueKind: JsonValueKind.Array } result)
            return SourceAnswer.Failed("its answer is not one of Prometheus", now);
        if (IsText(Member(data, "resultType"), "scalar"))
            return Sample(result, now);
        if (!IsText(Member(data, "resultType"), "vector"))
            return SourceAnswer.Failed("the query gives neither a vector nor a scalar", now);
        return result.GetArrayLength() switch
        {
            0 => SourceAnswer.Nothing(now),
            1 => Sample(Member(result[0], "value"), now),
            var count => SourceAnswer.Failed($"the query gives {count} series instead of one; put sum(), max() or avg() around it", now),
        };
    }

    /// <summary>Seconds since 1970 and the value as a text, since JSON has no NaN.</summary>
    private static SourceAnswer Sample(JsonElement? value, DateTimeOffset now)
    {
        if (value is not { ValueKind: JsonValueKind.Array } pair || pair.GetArrayLength() != 2
            || pair[0].ValueKind != JsonValueKind.Number || pair[1].ValueKind != JsonValueKind.String
            || pair[0].GetDouble() is not (>= 0 and <= LastUnixSecond)
            || Number(pair[1].GetString()!) is not { } number)
        {
            return SourceAnswer.Failed("its answer holds no sample with a number", now);
        }

        var at = DateTimeOffset.UnixEpoch.AddSeconds(pair[0].GetDouble());
        return SourceAnswer.Of(number, at < now ? at : now);
    }

    private static double? Number(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number : null,
    };

    private static JsonElement? Member(JsonElement? from, string name) =>
        from is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    private static bool IsText(JsonElement? member, string text) => member is { ValueKind: JsonValueKind.String } found && found.ValueEquals(text);
}
