using ControlPlane.Core.Monitors;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Profiles;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>Checks what users ask of a monitor against the pools, providers and profiles that are here.</summary>
internal sealed class MonitorRules(PoolBook pools, ProviderSet providers, ProfileSet profiles, DatabaseServers databases, Registry<Monitor> monitors)
{
    /// <summary>The seed's word for machines over ssh.</summary>
    private const string Cluster = "cluster";

    public async Task<Result<Monitor>> ValidateAsync(MonitorSpec spec, CancellationToken cancellation)
    {
        var byName = (await pools.ListAsync(cancellation)).ToDictionary(row => row.Value.Name, row => row.Value, StringComparer.Ordinal);
        var named = spec.AllocateType == Cluster && !byName.ContainsKey(Cluster) ? spec with { AllocateType = Pool.Ssh } : spec;
        var others = (await monitors.ListAsync(cancellation)).Select(row => row.Value).Where(other => other.Name != spec.Name).ToList();
        return named.Validate(byName.Keys, (pool, profile) => CanStart(byName[pool], profile))
            .Then<Monitor>(monitor => monitor with { Pool = monitor.Provider, Provider = byName[monitor.Provider].Provider })
            .Then(monitor => CheckDatabase(monitor, others));
    }

    /// <summary>Two groups on one database would each shut the other out, and copy over each other's copies.</summary>
    private Result<Monitor> CheckDatabase(Monitor monitor, IReadOnlyList<Monitor> others)
    {
        if (monitor.Database is not { } use)
            return monitor;
        if (databases.Find(use.Server) is null)
            return Problem.Invalid("database.server", databases.Missing(use.Server));
        var other = others.FirstOrDefault(other => other.Database is { } its && its.Server == use.Server && its.Name == use.Name);
        return other is null
            ? monitor
            : Problem.Invalid("database.name", $"is the database of the monitor \"{other.Name}\" already. Each group has one of its own.");
    }

    private bool CanStart(Pool pool, string profile) =>
        profiles.Find(profile) is { } known && providers.Find(pool.Provider)?.CanStart(known) == true;
}
