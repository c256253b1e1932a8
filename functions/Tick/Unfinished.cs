using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Upgrades;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tick;

/// <summary>
/// Orchestrations that must run as long as their row says so: watches of monitors, and upgrades. An upgrade whose
/// orchestration was lost holds requests and keeps a database shut: it is started again, and its own deadlines lift both.
/// One that holds writes for too long all the same, as when it was suspended, is carried on from here.
/// </summary>
internal sealed class Unfinished(Watches watches, UpgradeBook upgrades, AdvanceUpgrade advance)
{
    /// <summary>Starts those that do not run, and says how many had to be, or are under way for a time only.</summary>
    public async Task<int> ResumeAsync(IReadOnlyList<Monitor> monitors, CancellationToken cancellation)
    {
        var started = await watches.EnsureAsync(monitors, cancellation);
        var open = await upgrades.ResumeAsync(cancellation);
        foreach (var overdue in open.Where(upgrades.IsOverdue))
            await advance.RunAsync(new UpgradeInput(overdue.Name), cancellation);
        return started + open.Count;
    }
}
