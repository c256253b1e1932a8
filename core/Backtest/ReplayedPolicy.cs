using ControlPlane.Core.Scaling.Policies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Backtest;

/// <summary>The part of a monitor's policy that can be played from pressure alone, and what was left out.</summary>
/// <param name="Monitor">The monitor as it is played.</param>
/// <param name="NotReplayed">What it has that is not played, each in a sentence for people.</param>
public sealed record ReplayedPolicy(Monitor Monitor, IReadOnlyList<string> NotReplayed)
{
    /// <summary>
    /// Leaves out what comes from outside: its values are not in the record, or would have been others with another number
    /// of instances. A missing value would hold the group for ever, so the whole input goes.
    /// </summary>
    public static ReplayedPolicy Of(Monitor monitor)
    {
        var active = monitor with { IsRemoving = false };
        if (monitor.Policy is not { } policy)
            return new(active, []);
        var outside = policy.Signals.Where(signal => signal.Kind is not (SignalKind.JobsPerInstance or SignalKind.QueueWait)).ToList();
        List<string> left =
        [
            .. outside.Select(signal => $"The signal \"{signal.Name}\" comes from outside of the routers' pressure; the strategy goes by the other signals, or by the pressure when there are none."),
            .. policy.Blockers.Select(blocker => $"The blocker \"{blocker.Name}\" never blocks here."),
            .. policy.Alerts.Select(alert => $"The alert rule \"{alert.Name}\" never fires here."),
        ];
        if (policy.IsDryRun)
            left.Add("The policy is a dry run; here its decisions are carried out.");
        if (policy.Pause is not null)
            left.Add("The pause does not hold here.");
        var played = policy with { Signals = [.. policy.Signals.Except(outside)], Blockers = [], Alerts = [], IsDryRun = false, Pause = null };
        return new(active with { Policy = played }, left);
    }
}
