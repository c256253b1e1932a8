namespace ControlPlane.Functions.Upgrades.Attempts;

/// <summary>Which of the processes of this control plane carries an upgrade on: work that goes on between two attempts lives in one of them only.</summary>
internal interface IProcessLeases
{
    /// <summary>Takes the lease of an upgrade, or keeps what this process has already. Null when another process has it.</summary>
    /// <returns>Cancelled once the lease is lost: another process may go on from then.</returns>
    Task<CancellationToken?> TryTakeAsync(string upgrade, CancellationToken cancellation);

    /// <summary>Gives it back. Does nothing without one.</summary>
    Task ReleaseAsync(string upgrade);
}

/// <summary>On a single machine there is no other process.</summary>
internal sealed class SoleProcess : IProcessLeases
{
    public Task<CancellationToken?> TryTakeAsync(string upgrade, CancellationToken cancellation) => Task.FromResult<CancellationToken?>(CancellationToken.None);

    public Task ReleaseAsync(string upgrade) => Task.CompletedTask;
}
