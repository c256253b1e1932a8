using ControlPlane.Functions.Groups;

namespace ControlPlane.Functions.Tick;

/// <summary>Machines and slots that belong to an instance, by its name.</summary>
internal sealed partial class Leftovers(ProviderSet providers, SlotStore slots, ILogger<Leftovers> log)
{
    private readonly ILogger<Leftovers> _log = log;

    /// <summary>What exists now, by provider: instances that run, and instances that hold a slot.</summary>
    public async Task<IReadOnlyList<Found>> ListAsync(CancellationToken cancellation)
    {
        var found = new List<Found>();
        foreach (var provider in providers.All)
        {
            var running = await provider.ListAsync(cancellation);
            var leases = await slots.ListAsync(provider.Name, cancellation);
            found.AddRange(running.Concat(leases.Values).Distinct(StringComparer.Ordinal).Select(name => new Found(provider.Name, name)));
        }

        return found;
    }

    /// <summary>Removes what belongs to no known instance.</summary>
    public async Task RemoveAsync(IEnumerable<Found> found, IReadOnlySet<string> known, CancellationToken cancellation)
    {
        foreach (var orphan in found.Where(found => !known.Contains(found.Instance)))
        {
            LogOrphan(orphan.Instance, orphan.Provider);
            await providers.Find(orphan.Provider)!.DestroyAsync(orphan.Instance, TimeSpan.Zero, cancellation);
            await slots.ReleaseAsync(orphan.Provider, orphan.Instance, cancellation);
        }
    }

    /// <summary>Something of an instance.</summary>
    internal sealed record Found(string Provider, string Instance);

    [LoggerMessage(1401, LogLevel.Warning, "{Instance} of {Provider} belongs to no group any more and is removed")]
    private partial void LogOrphan(string instance, string provider);
}
