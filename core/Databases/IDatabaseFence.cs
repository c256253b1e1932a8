namespace ControlPlane.Core.Databases;

/// <summary>Says who may use a database, and takes it away so that it is proven.</summary>
public interface IDatabaseFence
{
    /// <summary>Whether an account can be shut out only once no engine that uses it runs: a file that is open stays open.</summary>
    bool NeedsEnginesStopped => false;

    /// <summary>The path by which an account opens its database; null where databases are on a server.</summary>
    string? FileOf(string account) => null;

    /// <summary>
    /// Makes an account as <see cref="AdmitAsync"/> does, but leaves one that is there as it is: an account that a fence
    /// has shut out stays out. Whoever starts an engine calls this.
    /// </summary>
    Task EnsureAsync(string database, string owner, DatabaseAccount account, CancellationToken cancellation);

    /// <summary>
    /// Makes an account that can use one database and no other, or brings the one that is there to that, and lets it log in.
    /// The objects that it makes belong to the owner, so that accounts can come and go.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="owner">The role that owns the objects in it.</param>
    /// <param name="account">The account.</param>
    /// <param name="cancellation">Gives up.</param>
    Task AdmitAsync(string database, string owner, DatabaseAccount account, CancellationToken cancellation);

    /// <summary>
    /// Takes login away from an account and ends its sessions. When it returns, nothing of that account runs any more;
    /// it is called again and again until then, within <paramref name="patience"/>.
    /// </summary>
    /// <exception cref="DatabaseFailedException">Sessions are left; the message says which.</exception>
    Task ExcludeAsync(string database, string account, TimeSpan patience, CancellationToken cancellation);

    /// <summary>
    /// Tries to write with the account itself, in every way that is known to get past a weak fence. Changes nothing,
    /// also when a try succeeds.
    /// </summary>
    Task<FenceProof> ProveAsync(string database, DatabaseAccount account, CancellationToken cancellation);

    /// <summary>Removes an account that was made here. Does nothing when there is none.</summary>
    Task RemoveAsync(string account, CancellationToken cancellation);
}
