using System.Text.Encodings.Web;
using System.Text.Json;
using ControlPlane.Durable.Client;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Management;

/// <summary>Answers in the shapes of the Durable Functions extension.</summary>
internal static class ManagementReply
{
    private const string RunningRetryAfter = "5";
    private const string StartedRetryAfter = "10";

    // Addresses stay readable: nothing here is ever put into a web page.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Reply Empty(int status) => Reply.Write(context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public static Reply Raw(int status, string json) => Reply.Text(json, "application/json; charset=utf-8", status);

    public static Reply Message(int status, string text) => Json(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("Message", text);
        json.WriteEndObject();
    });

    public static Reply Deleted(int count) => Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("instancesDeleted", count);
        json.WriteEndObject();
    });

    public static Reply Started(HttpContext context, string id)
    {
        var links = new ManagementLinks(context.Request);
        context.Response.Headers.Location = links.Status(id);
        context.Response.Headers.RetryAfter = StartedRetryAfter;
        return Json(202, json => links.Write(json, id));
    }

    public static Reply Status(int status, OrchestrationInstance instance, bool showInput, string? location = null) => Reply.Write(context =>
    {
        if (location is not null)
        {
            context.Response.Headers.Location = location;
            context.Response.Headers.RetryAfter = RunningRetryAfter;
        }

        return Json(status, json => InstanceStatus.Write(json, instance, showInput)).WriteAsync(context);
    });

    public static Reply Statuses(IEnumerable<OrchestrationInstance> instances, bool showInput) => Json(200, json =>
    {
        json.WriteStartArray();
        foreach (var instance in instances)
            InstanceStatus.Write(json, instance, showInput);
        json.WriteEndArray();
    });

    public static Reply Signalled(SignalOutcome outcome) => Empty(outcome switch
    {
        SignalOutcome.Accepted => 202,
        SignalOutcome.NotFound => 404,
        _ => 410,
    });

    private static Reply Json(int status, Action<Utf8JsonWriter> write) => Reply.Write(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Readable);
        write(json);
    });
}
