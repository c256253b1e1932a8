using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Reads what a step acts on.</summary>
internal sealed class Scenes(Registry<Monitor> monitors, DatabaseServers servers, StartingPoints starts)
{
    /// <summary>How long the change of the schema may take; null when the upgrade's monitor is gone.</summary>
    public async Task<TimeSpan?> FindMigrationDeadlineAsync(Upgrade upgrade, CancellationToken cancellation) =>
        await FindMonitorAsync(upgrade, cancellation) is { } monitor ? starts.MigrationDeadline(monitor, upgrade.Terms) : null;

    public async Task<Scene> OpenAsync(Upgrade upgrade, CancellationToken cancellation)
    {
        var monitor = await FindMonitorAsync(upgrade, cancellation)
            ?? throw new InvalidOperationException($"The monitor {upgrade.Monitor} of the upgrade {upgrade.Name} is gone.");
        return new Scene(upgrade, monitor, servers);
    }

    private async Task<Monitor?> FindMonitorAsync(Upgrade upgrade, CancellationToken cancellation) =>
        (await monitors.FindAsync(upgrade.Monitor, cancellation))?.Value;
}
