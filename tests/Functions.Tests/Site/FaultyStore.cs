using ControlPlane.Core.Storage;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>A store that fails when a test wants it.</summary>
internal sealed class FaultyStore(IEntityStore store) : IEntityStore
{
    /// <summary>Whether it cannot be reached.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether the next commit is made, and its answer lost.</summary>
    public bool LosesNextAnswer { get; set; }

    public Task<Entity?> GetAsync(string table, string partition, string row, CancellationToken cancellation = default) =>
        IsGone ? throw new IOException("gone") : store.GetAsync(table, partition, row, cancellation);

    public Task<EntityPage> QueryAsync(string table, EntityQuery query, CancellationToken cancellation = default) =>
        IsGone ? throw new IOException("gone") : store.QueryAsync(table, query, cancellation);

    public async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<EntityChange> changes, CancellationToken cancellation = default)
    {
        if (IsGone)
            throw new IOException("gone");
        var result = await store.CommitAsync(table, partition, changes, cancellation);
        if (!LosesNextAnswer)
            return result;
        LosesNextAnswer = false;
        throw new IOException("the answer is lost");
    }
}
