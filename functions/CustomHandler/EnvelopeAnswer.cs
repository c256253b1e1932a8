using System.Text.Json;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// What the Functions host takes for an answer: always a JSON object with the content type of JSON. An empty body, or 204,
/// would leave the invocation hanging until its timeout. Source: functions-custom-handler, section 5.
/// </summary>
internal static class EnvelopeAnswer
{
    /// <summary>Success without a value.</summary>
    public static Task WriteAsync(HttpContext context) => WriteAsync(context, _ => { });

    /// <summary>Success with a return value. It goes as text: the host would rewrite dates inside of JSON.</summary>
    public static Task WriteReturnValueAsync(HttpContext context, string? value) => WriteAsync(context, json =>
    {
        if (value is null)
            json.WriteNull("ReturnValue");
        else
            json.WriteString("ReturnValue", value);
    });

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }
}
