using ControlPlane.Core.Storage;

namespace ControlPlane.Core.Tests.Storage;

public sealed class EntityStoreReadingTests
{
    [Fact]
    public async Task ReadAllAsync_SeveralPages_GivesAllRowsInOrder()
    {
        var store = new PagedStore(["a", "b"], ["c"], ["d", "e"]);

        Assert.Equal(["a", "b", "c", "d", "e"], await ReadAsync(store));
        Assert.Equal([null, "1", "2"], store.Continuations);
    }

    [Fact]
    public async Task ReadAllAsync_EmptyPageInBetween_GoesOn()
    {
        var store = new PagedStore([], ["a"], [], ["b"]);

        Assert.Equal(["a", "b"], await ReadAsync(store));
    }

    [Fact]
    public async Task ReadAllAsync_NoRows_IsEmptyAfterOnePage()
    {
        var store = new PagedStore([[]]);

        Assert.Empty(await ReadAsync(store));
        Assert.Single(store.Continuations);
    }

    [Fact]
    public async Task ReadAllAsync_ReaderStops_ReadsNoFurtherPage()
    {
        var store = new PagedStore(["a", "b"], ["c"]);

        await foreach (var row in store.ReadAllAsync("table", new EntityQuery("p")))
        {
            if (row.Row == "b")
                break;
        }

        Assert.Single(store.Continuations);
    }

    private static async Task<List<string>> ReadAsync(PagedStore store)
    {
        var rows = new List<string>();
        await foreach (var row in store.ReadAllAsync("table", new EntityQuery("p")))
            rows.Add(row.Row);
        return rows;
    }

    /// <summary>A store that has only pages; the continuation is the number of the page.</summary>
    private sealed class PagedStore(params string[][] pages) : IEntityStore
    {
        public List<string?> Continuations { get; } = [];

        public Task<EntityPage> QueryAsync(string table, EntityQuery query, CancellationToken cancellation = default)
        {
            Continuations.Add(query.Continuation);
            var page = query.Continuation is null ? 0 : int.Parse(query.Continuation, System.Globalization.CultureInfo.InvariantCulture);
            var rows = pages[page].Select(row => new Entity(query.Partition!, row, "{}", "1", default)).ToList();
            return Task.FromResult(new EntityPage(rows, page + 1 < pages.Length ? $"{page + 1}" : null));
        }

        public Task<Entity?> GetAsync(string table, string partition, string row, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<CommitResult> CommitAsync(
            string table, string partition, IReadOnlyList<EntityChange> changes, CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
