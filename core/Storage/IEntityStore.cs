namespace ControlPlane.Core.Storage;

/// <summary>
/// Rows with ETags. The one place where state lives: one SQLite file on a single machine, Azure Table Storage under
/// Azure Functions. Its rules are the narrower of the two, so that what works on one works on the other:
/// a transaction stays within one table and one partition and holds at most <see cref="MaxChanges"/> changes.
/// </summary>
public interface IEntityStore
{
    /// <summary>The most changes one transaction may hold. Source: Azure Table Storage entity group transactions.</summary>
    const int MaxChanges = 100;

    /// <summary>Reads one row, or null when there is none.</summary>
    Task<Entity?> GetAsync(string table, string partition, string row, CancellationToken cancellation = default);

    /// <summary>Reads rows in ascending ordinal order of their key, one page at a time.</summary>
    Task<EntityPage> QueryAsync(string table, EntityQuery query, CancellationToken cancellation = default);

    /// <summary>
    /// Makes all changes, or none. A broken precondition is an expected outcome and comes back as a value, never as an
    /// exception. Exceptions mean that the store itself failed.
    /// </summary>
    /// <exception cref="ArgumentException">No change, more than <see cref="MaxChanges"/>, or one row named twice.</exception>
    Task<CommitResult> CommitAsync(
        string table, string partition, IReadOnlyList<EntityChange> changes, CancellationToken cancellation = default);
}
