using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Upgrades;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tick;

/// <summary>
/// Orchestrations that must run as long as their row says so: watches of monitors, and upgrades. An upgrade whose
/// orchestration was lost holds requests and keeps a database shut: it is started again, and its own deadlines lift both.
/// </summary>
internal sealed class Unfinished(Watches watches, UpgradeBook upgrades)
{
    /// <summary>Starts those that do not run, and says how many had to be, or are under way for a time only.</summary>
    public async Task<int> ResumeAsync(IReadOnlyList<Monitor> monitors, CancellationToken cancellation) =>
        await watches.EnsureAsync(monitors, cancellation) + await upgrades.ResumeAsync(cancellation);
}
