using System.Text.Json;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Alerts;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Webhooks for alerts: one path for each kind of sender.</summary>
internal sealed class AlertEndpoints(AlertInbox inbox) : IEndpointGroup
{
    private const int BodyLimit = 1024 * 1024;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/alerts/azure-monitor", Call.Post(Role.Operator, context => TakeAsync(context, AzureMonitorPayload.Read)));
        app.MapCalls("/v1/alerts/alertmanager", Call.Post(Role.Operator, context => TakeAsync(context, AlertmanagerPayload.Read)));
    }

    private async Task<Reply> TakeAsync(HttpContext context, Func<JsonElement, Result<IReadOnlyList<Alert>>> read)
    {
        if (!(await LimitedBody.ReadAsync(context.Request, BodyLimit, context.RequestAborted)).Is(out var body, out var problem))
            return problem;
        if (!Parse(body, read).Is(out var alerts, out problem))
            return problem;
        return (await inbox.TakeAsync(alerts, context.RequestAborted)).Is(out var receipt, out problem)
            ? Reply.Json(receipt, ControlPlaneJson.Default.AlertReceipt, StatusCodes.Status202Accepted)
            : problem;
    }

    private static Result<IReadOnlyList<Alert>> Parse(byte[] body, Func<JsonElement, Result<IReadOnlyList<Alert>>> read)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? read(json.RootElement)
                : new Problem(ProblemCodes.Unreadable, "The JSON body is no object. Send the object that the sender's webhook sends.");
        }
        catch (JsonException failure)
        {
            return new Problem(ProblemCodes.Unreadable, $"The body is no JSON: {failure.Message}");
        }
        catch (InvalidOperationException)
        {
            return new Problem(ProblemCodes.Unreadable, "A string in the JSON body is no Unicode text. Send UTF-8.");
        }
    }
}
