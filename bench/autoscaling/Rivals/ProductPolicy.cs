using ControlPlane.Core.Backtest;
using ControlPlane.Core.Scaling.Policies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>How the product is set here: one set of parameters for all traces.</summary>
internal static class ProductPolicy
{
    /// <summary>The monitor for one strategy.</summary>
    public static Monitor For(string strategy, Setting setting) => new()
    {
        Id = 1,
        Name = "bench",
        Tag = "bench",
        Min = setting.Min,
        Max = setting.Max,
        Provider = "local",
        Strategy = strategy,
        Profile = "sql-engine",
        Period = setting.Step,
        DrainDeadline = TimeSpan.FromMinutes(30),
        Policy = new ScalingPolicy
        {
            // The other strategies measure the use of slots, which they do when no signal is named.
            Signals = strategy is not ("SloSlack" or "Predictive") ? [] : [new Signal { Name = "wait", Kind = SignalKind.QueueWait, Target = (setting.Step * setting.Slo).TotalSeconds }],
            HoldsBreakEven = true,
            SparesJobsOver = TimeSpan.FromMinutes(1),
        },
    };
}
