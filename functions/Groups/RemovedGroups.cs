using ControlPlane.Core.Storage;

namespace ControlPlane.Functions.Groups;

/// <summary>Finds and deletes what is left of groups whose monitor has been removed.</summary>
internal sealed class RemovedGroups(IEntityStore store)
{
    /// <summary>The most rows that one run deletes; the rest is for the next.</summary>
    public const int MostRows = 20_000;

    /// <summary>The states of all groups; no other row of theirs is read.</summary>
    public async Task<IReadOnlyList<Entity>> ListStatesAsync(CancellationToken cancellation)
    {
        var query = new EntityQuery { From = GroupStore.StateRow, Before = GroupStore.StateRow + "!" };
        return await store.ReadAllAsync(GroupStore.Table, query, cancellation).ToListAsync(cancellation);
    }

    /// <summary>Deletes everything of groups that have no instance and in which nothing was decided since a moment.</summary>
    /// <param name="states">Their states.</param>
    /// <param name="before">The moment.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ForgetAsync(IEnumerable<Entity> states, DateTimeOffset before, CancellationToken cancellation)
    {
        var left = MostRows;
        foreach (var state in states.Where(state => state.Updated < before))
        {
            if (left <= 0)
                return;
            if (!await IsInUseAsync(state.Partition, before, cancellation))
                left -= await DeleteAsync(state, left, cancellation);
        }
    }

    /// <summary>The keys of decisions run backwards in time, so that the first is the newest.</summary>
    private async Task<bool> IsInUseAsync(string tag, DateTimeOffset before, CancellationToken cancellation) =>
        await FirstAsync(tag, GroupStore.InstancePrefix, cancellation) is not null
        || (await FirstAsync(tag, GroupStore.DecisionPrefix, cancellation))?.Updated >= before;

    /// <summary>The state goes last, and only as it was found: as long as it is there, the next run goes on.</summary>
    private async Task<int> DeleteAsync(Entity state, int most, CancellationToken cancellation)
    {
        var (deleted, tag) = (0, state.Partition);
        while (deleted < most)
        {
            var page = await store.QueryAsync(GroupStore.Table, new EntityQuery(tag) { Top = IEntityStore.MaxChanges }, cancellation);
            var rest = page.Rows.Where(row => row.Row != GroupStore.StateRow).ToList();
            List<Entity> batch = rest.Count > 0 || page.Continuation is not null ? rest : [state];
            if (batch.Count == 0
                || await store.CommitAsync(GroupStore.Table, tag, [.. batch.Select(row => new EntityChange.Delete(row.Row, row.ETag))], cancellation) is not CommitResult.Committed)
                return deleted;
            deleted += batch.Count;
            if (batch[0] == state)
                return deleted;
        }

        return deleted;
    }

    private async Task<Entity?> FirstAsync(string tag, string prefix, CancellationToken cancellation) =>
        await store.ReadAllAsync(GroupStore.Table, EntityQuery.Prefix(tag, prefix) with { Top = 1 }, cancellation).FirstOrDefaultAsync(cancellation);
}
