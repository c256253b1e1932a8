using System.Text.Json;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Alerts;

/// <summary>
/// Reads what an action group of Azure Monitor sends in the common alert schema: one alert. Its labels are the custom
/// properties and the members of the essentials that are texts, which go first.
/// Source: learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema.
/// </summary>
internal static class AzureMonitorPayload
{
    private const string Schema = "azureMonitorCommonAlertSchema";

    /// <summary>No alert when it neither fires nor is resolved: some notifications have no condition.</summary>
    public static Result<IReadOnlyList<Alert>> Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var root = new PayloadField("", body, errors);
        var schema = root["schemaId"];
        if (schema.Text() is { } given && given != Schema)
            schema.Refuse($"is \"{AlertIdentity.Title(given)}\". Enable the common alert schema for this action of the action group.");
        var alert = ReadAlert(root["data"]);
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        return alert is null ? Array.Empty<Alert>() : new[] { alert };
    }

    private static Alert? ReadAlert(PayloadField data)
    {
        var essentials = data["essentials"];
        var labels = essentials.Texts(skipsOthers: true);
        if (data["customProperties"] is { IsGiven: true } custom)
        {
            foreach (var (name, value) in custom.Texts(skipsOthers: true))
                labels.TryAdd(name, value);
        }

        if (!essentials.IsGiven || ReadCondition(essentials["monitorCondition"]) is not { } isResolved)
            return null;

        // The ids of Azure's resources are the same in any case.
        var id = essentials["alertId"].Text();
        var fired = essentials["firedDateTime"].Time();
        return id is null || fired is null
            ? null
            : new Alert(AlertIdentity.Hash(id.ToLowerInvariant()), AlertIdentity.Title(essentials["alertRule"].OptionalText() ?? id), fired.Value, isResolved, labels);
    }

    private static bool? ReadCondition(PayloadField condition)
    {
        switch (condition.OptionalText())
        {
            case { } text when text.Equals("Fired", StringComparison.OrdinalIgnoreCase):
                return false;
            case { } text when text.Equals("Resolved", StringComparison.OrdinalIgnoreCase):
                return true;
            case { Length: > 0 } other:
                condition.Refuse($"is \"{AlertIdentity.Title(other)}\". Known: Fired, Resolved.");
                return null;
            default:
                return null;
        }
    }
}
