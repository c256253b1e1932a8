using ControlPlane.Core.Scaling.Policies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Alerts;

/// <summary>Which rules of which monitors an alert is for.</summary>
internal static class AlertRules
{
    /// <summary>Holds an alert against every rule of every monitor that is not being removed.</summary>
    public static IEnumerable<AlertDelivery> Match(Alert alert, IEnumerable<Monitor> monitors) =>
        from monitor in monitors
        where !monitor.IsRemoving
        from rule in Of(monitor)
        where IsMatch(rule, alert)
        select new AlertDelivery(monitor.Name, monitor.Tag, rule.Name, alert.Fingerprint, alert.Title, alert.StartsAt, alert.IsResolved);

    /// <summary>The rules of a monitor. A row that was stored before there were any has none.</summary>
    public static IReadOnlyList<AlertRule> Of(Monitor monitor) => monitor.Policy is { Alerts: { } rules } ? rules : [];

    private static bool IsMatch(AlertRule rule, Alert alert) =>
        rule.Labels.Count > 0 && rule.Labels.All(label => alert.Labels.TryGetValue(label.Key, out var value) && value == label.Value);
}
