using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Registry;

/// <summary>What users may do alike with everything that a registry keeps.</summary>
/// <typeparam name="T">The thing.</typeparam>
internal interface IBook<T>
    where T : class
{
    Task<Row<T>?> FindAsync(string name, CancellationToken cancellation);

    Task<Row<T>?> FindAsync(int id, CancellationToken cancellation);

    Task<IReadOnlyList<Row<T>>> ListAsync(CancellationToken cancellation);

    /// <summary>Removes one, if it still has the ETag; any will do when that is null.</summary>
    Task<Result<Row<T>>> RemoveAsync(string name, string? etag, CancellationToken cancellation);
}
