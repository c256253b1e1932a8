using ControlPlane.Core.Pools;
using ControlPlane.Functions.Registry;
using ControlPlane.Infra.Ssh;

namespace ControlPlane.Functions.Pools;

/// <summary>The machines of all pools. Asks the registry itself: the book of pools knows the providers, and a provider asks here.</summary>
internal sealed class PoolHosts(Registry<Pool> pools, LeaseStore leases) : ISshHosts
{
    public async Task<SshHost?> FindAsync(string slot, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).FirstOrDefault(host => host.Name == slot);

    public async Task<IReadOnlyList<SshHost>> ListAsync(CancellationToken cancellation) =>
        [.. (await pools.ListAsync(cancellation)).SelectMany(row => row.Value.Slots).Select(slot => slot.Host).OfType<SshHost>()];

    public async Task<string?> FindSlotAsync(string instance, CancellationToken cancellation) =>
        (await leases.ReadAsync(cancellation)).Held(instance)?.Slot;
}
