using System.Globalization;
using System.Text.Json;
using ControlPlane.Core.Problems;
using ControlPlane.Durable.Client;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Management;

/// <summary>Answers in the shapes of the Durable Functions extension.</summary>
internal static class ManagementReply
{
    public const string JsonType = "application/json; charset=utf-8";

    public static Reply Empty(int status) => Reply.Write(context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public static Reply Message(Problem problem) => Message(ProblemAnswer.StatusOf(problem), problem.Detail);

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

    public static Reply Json(int status, Action<Utf8JsonWriter> write, RetryAt? retry = null) => Reply.Write(async context =>
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = JsonType;
        if (retry is not null)
        {
            response.Headers.Location = retry.Address;
            response.Headers.RetryAfter = retry.Pause.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter, ReadableJson.Options);
        write(json);
    });
}

/// <summary>Where a caller is to look again, and after how long.</summary>
internal sealed record RetryAt(string Address, TimeSpan Pause);
