using ControlPlane.Core.Backends;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Tick;

/// <summary>Machines, slots and registrations that belong to an instance, by its name.</summary>
internal sealed partial class Leftovers(
    ProviderSet providers, Lending lending, Registry<Backend> backends, TimeProvider time, ILogger<Leftovers> log)
{
    /// <summary>How long removing one may take. The others, and all that a tick does besides, wait for it.</summary>
    private static readonly TimeSpan DestroyTimeout = TimeSpan.FromMinutes(1);

    private readonly ILogger<Leftovers> _log = log;

    /// <summary>What exists now: instances that run or hold a slot, by provider, and backends that the control plane registered.</summary>
    public async Task<Found> ListAsync(CancellationToken cancellation)
    {
        var machines = new List<Machine>();
        var leases = await lending.ListAsync(cancellation);
        foreach (var provider in providers.All)
        {
            var running = await provider.ListAsync(cancellation);
            var holders = leases.Where(lease => lease.Provider == provider.Name).Select(lease => lease.Instance!);
            machines.AddRange(running.Concat(holders).Distinct(StringComparer.Ordinal).Select(name => new Machine(provider.Name, name)));
        }

        return new Found(machines, [.. (await backends.ListAsync(cancellation)).Where(row => row.Value.Monitor is not null)]);
    }

    /// <summary>Removes what belongs to no known instance.</summary>
    public async Task RemoveAsync(Found found, IReadOnlySet<string> known, CancellationToken cancellation)
    {
        // First nothing is sent there any more.
        foreach (var row in found.Backends.Where(row => !known.Contains(row.Value.Name)))
            await backends.RemoveAsync(row.Value.Name, row.ETag, cancellation: cancellation);
        foreach (var orphan in found.Machines.Where(machine => !known.Contains(machine.Instance)))
        {
            LogOrphan(orphan.Instance, orphan.Provider);
            await DestroyAsync(orphan, cancellation);
        }
    }

    private async Task DestroyAsync(Machine orphan, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(DestroyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await providers.Find(orphan.Provider)!.DestroyAsync(orphan.Instance, TimeSpan.Zero, either.Token);
            await lending.ReleaseAsync(orphan.Instance, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // Its slot stays taken, and it is found again by a later tick. The others need not wait for that.
            LogNotRemoved(orphan.Instance, orphan.Provider, failure.Message);
        }
    }

    /// <summary>What there was at some time.</summary>
    internal sealed record Found(IReadOnlyList<Machine> Machines, IReadOnlyList<Row<Backend>> Backends)
    {
        /// <summary>Whether something of it belongs to no known instance.</summary>
        public bool HasOther(IReadOnlySet<string> known) =>
            Machines.Any(machine => !known.Contains(machine.Instance)) || Backends.Any(row => !known.Contains(row.Value.Name));
    }

    /// <summary>An instance that has something of a provider.</summary>
    internal sealed record Machine(string Provider, string Instance);

    [LoggerMessage(1401, LogLevel.Warning, "{Instance} of {Provider} belongs to no group any more and is removed")]
    private partial void LogOrphan(string instance, string provider);

    [LoggerMessage(1403, LogLevel.Warning, "{Instance} of {Provider} could not be removed and is tried again later: {Reason}")]
    private partial void LogNotRemoved(string instance, string provider, string reason);
}
