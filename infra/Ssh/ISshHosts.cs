using ControlPlane.Core.Pools;

namespace ControlPlane.Infra.Ssh;

/// <summary>The machines on which instances may be started over ssh.</summary>
public interface ISshHosts
{
    /// <summary>The machine of a slot; null when there is none of that name any more.</summary>
    Task<SshHost?> FindAsync(string slot, CancellationToken cancellation);

    /// <summary>All machines.</summary>
    Task<IReadOnlyList<SshHost>> ListAsync(CancellationToken cancellation);

    /// <summary>
    /// The slot that an instance holds, so that only its machine need answer when the instance goes; null when it holds
    /// none or that is not known, and then every machine is asked.
    /// </summary>
    Task<string?> FindSlotAsync(string instance, CancellationToken cancellation) => Task.FromResult<string?>(null);
}
