using ControlPlane.Core.Storage;
using ControlPlane.Infra.Sqlite;
using ControlPlane.Infra.Tests.Contracts;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Sqlite;

public sealed class SqliteEntityStoreTests : EntityStoreContract, IDisposable
{
    private readonly TemporaryState _state = new();
    private readonly FakeTimeProvider _time = new();

    protected override IEntityStore Store => new SqliteEntityStore(_state.File, _time);

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task CommitAsync_Restarted_RowsAndETagsGoOn()
    {
        await Store.CommitAsync("t", "p", [new EntityChange.Add("a", "1")]);
        var before = await Store.GetAsync("t", "p", "a");
        await Store.CommitAsync("t", "p", [new EntityChange.Delete("a", null)]);

        await _state.ReopenAsync();
        await Store.CommitAsync("t", "p", [new EntityChange.Add("a", "1")]);

        Assert.NotEqual(before?.ETag, (await Store.GetAsync("t", "p", "a"))?.ETag);
    }

    [Fact]
    public async Task CommitAsync_Row_IsDatedByTheClock()
    {
        _time.Advance(TimeSpan.FromHours(1));

        await Store.CommitAsync("t", "p", [new EntityChange.Add("a", "1")]);

        Assert.Equal(_time.GetUtcNow(), (await Store.GetAsync("t", "p", "a"))?.Updated);
    }

    [Fact]
    public async Task CommitAsync_KeyThatWouldNotComeBack_Throws()
    {
        foreach (var key in new[] { "a\0b", "\uD83D", "\uDE00\uD83D", new string('k', 257) })
            await Assert.ThrowsAsync<ArgumentException>(() => Store.CommitAsync("t", "p", [new EntityChange.Add(key, "")]));
    }

    [Theory]
    [InlineData("nonsense!")]
    [InlineData("bm90IGpzb24=")]
    [InlineData("WyJvbmUiXQ==")]
    public async Task QueryAsync_ForeignContinuation_Throws(string continuation) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.QueryAsync("t", new("p") { Continuation = continuation }));
}
