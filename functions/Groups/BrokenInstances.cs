using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Groups;

/// <summary>Finds running instances that are beyond repair, and says why.</summary>
internal sealed class BrokenInstances(ProviderSet providers, RegistryFeed feed, TimeProvider time)
{
    /// <summary>How long an instance may be unhealthy before it is replaced.</summary>
    private static readonly TimeSpan ReplaceAfter = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyDictionary<string, string>> FindAsync(IReadOnlyList<Instance> instances, CancellationToken cancellation)
    {
        var broken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var instance in instances.Where(instance => instance is { Phase: InstancePhase.Running, Handle: not null }))
        {
            var backend = feed.Current.FindBackend(instance.Name);
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
