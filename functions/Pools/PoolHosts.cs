using ControlPlane.Core.Pools;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Pools;

/// <summary>The machines of all pools. Asks the registry itself: the book of pools knows the providers, and a provider asks here.</summary>
internal sealed class PoolHosts(Registry<Pool> pools, LeaseStore leases)
{
    /// <summary>The machine of a slot; null when it has none any more.</summary>
    public async Task<SshHost?> FindAsync(string slot, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).FirstOrDefault(host => host.Name == slot);

    /// <summary>All machines.</summary>
    public async Task<IReadOnlyList<SshHost>> ListAsync(CancellationToken cancellation) =>
        [.. (await pools.ListAsync(cancellation)).SelectMany(row => row.Value.Slots).Select(slot => slot.Host).OfType<SshHost>()];

    /// <summary>The slot that an instance holds; null when it holds none.</summary>
    public async Task<string?> FindSlotAsync(string instance, CancellationToken cancellation) =>
        (await leases.ReadAsync(cancellation)).Held(instance)?.Slot;
}
