using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Management;

/// <summary>The addresses that come with a start. Source: durable-protocol, section 9.1.</summary>
internal sealed class ManagementLinks(HttpRequest request, string taskHub, string key)
{
    private readonly string _query = $"taskHub={taskHub}&connection=Storage&code={Uri.EscapeDataString(key)}";

    private readonly string _instances = $"{request.Scheme}://{request.Host}{ManagementApi.Root}/instances";

    public string Status(string id) => $"{_instances}/{Uri.EscapeDataString(id)}?{_query}";

    public JObject All(string id)
    {
        var instance = $"{_instances}/{Uri.EscapeDataString(id)}";
        return new JObject
        {
            ["id"] = id,
            ["statusQueryGetUri"] = Status(id),
            ["sendEventPostUri"] = $"{instance}/raiseEvent/{{eventName}}?{_query}",
            ["terminatePostUri"] = $"{instance}/terminate?reason={{text}}&{_query}",
            ["purgeHistoryDeleteUri"] = Status(id),
            ["restartPostUri"] = $"{instance}/restart?{_query}",
            ["suspendPostUri"] = $"{instance}/suspend?reason={{text}}&{_query}",
            ["resumePostUri"] = $"{instance}/resume?reason={{text}}&{_query}",
        };
    }
}
