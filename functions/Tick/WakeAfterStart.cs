using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tick;

/// <summary>
/// Looks at every group once after a start. What happened while nobody watched, and a change that was stored just before
/// the end of the process and woke nobody, would otherwise be seen when a group's sleep is over.
/// </summary>
internal sealed class WakeAfterStart(Registry<Monitor> monitors, Watches watches) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var monitor in await monitors.ListAsync(stoppingToken))
            await watches.RouseAsync(monitor.Value, stoppingToken);
    }
}
