using ControlPlane.Durable.Client;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>The orchestrations that carry upgrades on, one for each. To start one that runs changes nothing.</summary>
internal sealed class UpgradeWork(IOrchestrationClient orchestrations)
{
    public Task<StartOutcome> EnsureAsync(string upgrade, CancellationToken cancellation) =>
        orchestrations.StartAsync(Names.UpgradeGroup, new UpgradeInput(upgrade), Names.UpgradeId(upgrade), cancellation);

    /// <summary>Makes it look now, after something that it must see was stored.</summary>
    public async Task WakeAsync(string upgrade, CancellationToken cancellation)
    {
        if (await EnsureAsync(upgrade, cancellation) == StartOutcome.AlreadyRunning)
            await orchestrations.RaiseEventAsync(Names.UpgradeId(upgrade), Names.WakeEvent, true, cancellation);
    }
}
