using System.Text.Json;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Alerts;

/// <summary>
/// Reads what Alertmanager sends to a webhook receiver, version 4 of it. Labels are those of each alert.
/// Source: prometheus.io/docs/alerting/latest/configuration, webhook_config.
/// </summary>
internal static class AlertmanagerPayload
{
    private const string Version = "4";
    private const int MaxAlerts = 1000;

    public static Result<IReadOnlyList<Alert>> Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var root = new PayloadField("", body, errors);
        var version = root["version"];
        if (version.Text() is { } given && given != Version)
            version.Refuse($"is \"{AlertIdentity.Title(given)}\". Only \"{Version}\" is known.");
        List<Alert> alerts = [.. root["alerts"].Elements(MaxAlerts).Select(ReadAlert).OfType<Alert>()];
        return errors.Count > 0 ? Problem.Invalid(errors) : alerts;
    }

    private static Alert? ReadAlert(PayloadField alert)
    {
        var isResolved = ReadStatus(alert["status"]);
        var labels = alert["labels"].Texts(skipsOthers: false);
        var startsAt = alert["startsAt"].Time();

        // Old versions send none.
        var fingerprint = alert["fingerprint"].OptionalText() is { Length: > 0 } given ? AlertIdentity.Fingerprint(given) : AlertIdentity.Fingerprint(labels);
        return isResolved is null || startsAt is null
            ? null
            : new Alert(fingerprint, AlertIdentity.Title(labels.GetValueOrDefault("alertname", fingerprint)), startsAt.Value, isResolved.Value, labels);
    }

    private static bool? ReadStatus(PayloadField status)
    {
        switch (status.Text())
        {
            case "firing":
                return false;
            case "resolved":
                return true;
            case { } other:
                status.Refuse($"is \"{AlertIdentity.Title(other)}\". Known: firing, resolved.");
                return null;
            default:
                return null;
        }
    }
}
