using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Orchestrations;

namespace ControlPlane.Functions.Hosting;

/// <summary>Runs the embedded engine for as long as the process serves.</summary>
internal sealed class EngineService(
    EmbeddedEngine engine, OrchestrationRegistry registry, EvaluateGroup evaluate, StartInstance start, StopInstance stop) : IHostedService
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        registry
            .AddOrchestrator<WatchInput, WatchResult>(Names.WatchGroup, WatchGroup.RunAsync)
            .AddOrchestrator<InstanceInput, InstanceOutcome>(Names.ProvisionInstance, ProvisionInstance.RunAsync)
            .AddOrchestrator<InstanceInput, InstanceOutcome>(Names.RetireInstance, RetireInstance.RunAsync);
        Add<WatchInput, WatchResult>(Names.EvaluateGroup, evaluate.RunAsync);
        Add<InstanceInput, InstanceOutcome>(Names.LeaseSlot, start.LeaseSlotAsync);
        Add<InstanceInput, TimeSpan>(Names.CreateInstance, start.CreateAsync);
        Add<InstanceInput, InstanceOutcome>(Names.AwaitServing, start.AwaitServingAsync);
        Add<InstanceInput, InstanceOutcome>(Names.RegisterInstance, start.RegisterAsync);
        Add<InstanceInput, InstanceOutcome>(Names.BeginDrain, stop.BeginDrainAsync);
        Add<InstanceInput, DrainProgress>(Names.CheckDrain, stop.CheckDrainAsync);
        Add<InstanceInput, InstanceOutcome>(Names.CancelDrain, stop.CancelDrainAsync);
        Add<InstanceInput, InstanceOutcome>(Names.DismantleInstance, stop.DismantleAsync);
        engine.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => engine.StopAsync(StopDeadline);

    private void Add<TIn, TOut>(string name, Func<TIn, CancellationToken, Task<TOut>> run) =>
        registry.AddActivity<TIn, TOut>(name, (_, input, cancellation) => run(input, cancellation));
}
