using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>Collects everything that a decision about a group is made from.</summary>
internal sealed class GroupReader(GroupStore groups, SlotStore slots, PressureReader pressure, ProviderSet providers, RegistryFeed feed, TimeProvider time)
{
    /// <summary>How long an instance may be unhealthy before it is replaced.</summary>
    private static readonly TimeSpan ReplaceAfter = TimeSpan.FromSeconds(30);

    public async Task<GroupView> ReadAsync(Monitor monitor, GroupState state, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var instances = await groups.ListInstancesAsync(monitor.Tag, cancellation);
        var provider = providers.Find(monitor.Provider)!;
        var leased = await slots.ListAsync(provider.Name, cancellation);
        var starting = instances.Count(instance => instance.Phase == InstancePhase.Starting && !leased.Values.Contains(instance.Name));
        return new GroupView
        {
            Monitor = monitor,
            State = state,
            Pressure = await pressure.ReadAsync(monitor.Tag, cancellation),
            Instances = instances,
            Broken = await FindBrokenAsync(instances, cancellation),
            FreeSlots = provider.Slots - leased.Count - starting,
            Now = time.GetUtcNow(),
        };
    }

    private async Task<Dictionary<string, string>> FindBrokenAsync(IReadOnlyList<Instance> instances, CancellationToken cancellation)
    {
        var broken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var instance in instances.Where(instance => instance is { Phase: InstancePhase.Running, Handle: not null }))
        {
            var backend = feed.Current.Backends.FirstOrDefault(backend => backend.Name == instance.Name);
            if (backend is null)
                broken[instance.Name] = "it is not registered any more";
            else if (backend.State == BackendState.Unhealthy && time.GetUtcNow() - backend.StateSince >= ReplaceAfter)
                broken[instance.Name] = $"unhealthy for {ReplaceAfter.TotalSeconds:0} s ({backend.StateReason})";
            else if (!await providers.Find(instance.Provider)!.IsAliveAsync(instance.Handle!, cancellation))
                broken[instance.Name] = "its process has ended";
        }

        return broken;
    }
}
