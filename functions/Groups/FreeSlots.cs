using ControlPlane.Core.Instances;

namespace ControlPlane.Functions.Groups;

/// <summary>Counts the places that are left for new instances.</summary>
internal sealed class FreeSlots(SlotStore slots, ProviderSet providers)
{
    /// <summary>What is neither leased nor about to be leased by an instance of the group that was just ordered.</summary>
    public async Task<int> CountAsync(string provider, IReadOnlyList<Instance> instances, CancellationToken cancellation)
    {
        var leased = await slots.ListAsync(provider, cancellation);
        var starting = instances.Count(instance => instance.Phase == InstancePhase.Starting && !leased.Values.Contains(instance.Name));
        return providers.Find(provider)!.Slots - leased.Count - starting;
    }
}
