using ControlPlane.Core.Backtest;
using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>Everyone who plays. A contender remembers, so each trace gets new ones.</summary>
internal static class Field
{
    /// <summary>The product's strategy that the targets are for.</summary>
    public const string Headline = "SloSlack";

    public static IReadOnlyList<IContender> For(Workload workload, Setting setting) =>
    [
        .. AllocateStrategies.Names
            .OrderByDescending(name => name == Headline)
            .Select(name => new PlannerContender(ProductPolicy.For(name, setting), workload, setting)),
        new HpaRule(), KedaQueueRule.Default(), KedaQueueRule.Tuned(), new AzureRule(), new SeedRule(),
    ];
}
