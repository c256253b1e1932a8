using ControlPlane.Durable.Model;
using ControlPlane.Functions.Alerts;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>Hands alerts that were taken in to their groups, and wakes each group's watch.</summary>
internal static class HandleAlerts
{
    public static async Task<bool> RunAsync(OrchestrationContext context, AlertBatch batch)
    {
        var groups = batch.Deliveries.GroupBy(delivery => delivery.Monitor, StringComparer.Ordinal);
        await Task.WhenAll(groups.Select(group => HandAsync(context, group.Key, batch with { Deliveries = [.. group] })).ToList());
        return true;
    }

    private static async Task HandAsync(OrchestrationContext context, string monitor, AlertBatch alerts)
    {
        await context.CallActivity(Names.ApplyAlerts, alerts, RetireInstance.Persistent);
        context.SendEvent(Names.WatchId(monitor), Names.WakeEvent, true);
    }
}
