using ControlPlane.Durable.Client;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>The orchestrations that start and retire instances, one of each for an instance. To start one that runs changes nothing.</summary>
internal sealed class InstanceWork(IOrchestrationClient orchestrations)
{
    public Task ProvisionAsync(string tag, string instance, CancellationToken cancellation) =>
        orchestrations.StartAsync(Names.ProvisionInstance, new InstanceInput(tag, instance), Names.ProvisionId(instance), cancellation);

    public Task RetireAsync(string tag, string instance, CancellationToken cancellation) => orchestrations.StartAsync(
        Names.RetireInstance, new InstanceInput(tag, instance, Rounds: RetireInstance.RoundsPerGeneration), Names.RetireId(instance), cancellation);

    /// <summary>Asks an instance that drains to serve on.</summary>
    public Task CallBackAsync(string instance, CancellationToken cancellation) =>
        orchestrations.RaiseEventAsync(Names.RetireId(instance), Names.CancelEvent, true, cancellation);
}
