using System.Text.Json;

namespace ControlPlane.Functions.Management;

/// <summary>The addresses that a caller gets for an orchestration that it has started.</summary>
internal sealed class ManagementLinks(HttpRequest request)
{
    public const string Root = "/runtime/webhooks/durabletask";

    private const string Query = "taskHub=ControlPlane&connection=Storage";

    private readonly string _instances = $"{request.Scheme}://{request.Host}{Root}/instances";

    public string Status(string id) => $"{_instances}/{Uri.EscapeDataString(id)}?{Query}";

    public void Write(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("statusQueryGetUri", Status(id));
        json.WriteString("sendEventPostUri", Action(id, "raiseEvent/{eventName}"));
        json.WriteString("terminatePostUri", Action(id, "terminate", "reason={text}&"));
        json.WriteString("purgeHistoryDeleteUri", Status(id));
        json.WriteString("restartPostUri", Action(id, "restart"));
        json.WriteString("suspendPostUri", Action(id, "suspend", "reason={text}&"));
        json.WriteString("resumePostUri", Action(id, "resume", "reason={text}&"));
        json.WriteEndObject();
    }

    private string Action(string id, string action, string query = "") =>
        $"{_instances}/{Uri.EscapeDataString(id)}/{action}?{query}{Query}";
}
