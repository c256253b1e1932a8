using ControlPlane.Durable.Model;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Alerts;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>All orchestrators and activities by name: the same for every host.</summary>
internal static class Catalog
{
    /// <summary>Fills a registry. Activities are looked up when they are called: some of them start orchestrations themselves.</summary>
    public static OrchestrationRegistry Make(IServiceProvider services)
    {
        var registry = new OrchestrationRegistry(ControlPlaneJson.Default.Options)
            .AddOrchestrator<WatchInput, WatchResult>(Names.WatchGroup, WatchGroup.RunAsync)
            .AddOrchestrator<InstanceInput, InstanceOutcome>(Names.ProvisionInstance, ProvisionInstance.RunAsync)
            .AddOrchestrator<InstanceInput, InstanceOutcome>(Names.RetireInstance, RetireInstance.RunAsync)
            .AddOrchestrator<UpgradeInput, UpgradeTurn>(Names.UpgradeGroup, UpgradeGroup.RunAsync)
            .AddOrchestrator<AlertBatch, bool>(Names.HandleAlerts, HandleAlerts.RunAsync);

        Add<EvaluateGroup, WatchInput, WatchResult>(Names.EvaluateGroup, group => group.RunAsync);
        Add<StartInstance, InstanceInput, InstanceOutcome>(Names.LeaseSlot, start => start.LeaseSlotAsync);
        Add<StartInstance, InstanceInput, TimeSpan>(Names.CreateInstance, start => start.CreateAsync);
        Add<StartInstance, InstanceInput, InstanceOutcome>(Names.AwaitServing, start => start.AwaitServingAsync);
        Add<RegisterInstance, InstanceInput, InstanceOutcome>(Names.RegisterInstance, register => register.RegisterAsync);
        Add<StopInstance, InstanceInput, InstanceOutcome>(Names.BeginDrain, stop => stop.BeginDrainAsync);
        Add<StopInstance, InstanceInput, DrainProgress>(Names.CheckDrain, stop => stop.CheckDrainAsync);
        Add<StopInstance, InstanceInput, InstanceOutcome>(Names.CancelDrain, stop => stop.CancelDrainAsync);
        Add<StopInstance, InstanceInput, InstanceOutcome>(Names.DismantleInstance, stop => stop.DismantleAsync);
        Add<AdvanceUpgrade, UpgradeInput, UpgradeTurn>(Names.AdvanceUpgrade, upgrade => upgrade.RunAsync);
        Add<ApplyAlerts, AlertBatch, bool>(Names.ApplyAlerts, alerts => alerts.RunAsync);
        return registry;

        void Add<TOwner, TIn, TOut>(string name, Func<TOwner, Func<TIn, CancellationToken, Task<TOut>>> step)
            where TOwner : notnull
            => registry.AddActivity<TIn, TOut>(name, (_, input, cancellation) => step(services.GetRequiredService<TOwner>())(input, cancellation));
    }
}
