using System.Net;
using ControlPlane.Core.Storage;
using ControlPlane.Infra.AzureTables;
using ControlPlane.Infra.Sqlite;
using ControlPlane.Infra.Tests.Contracts;
using ControlPlane.Infra.Tests.Sqlite;

namespace ControlPlane.Infra.Tests.AzureTables;

[Collection(AzuriteFixture.Name)]
public sealed class AzureTableEntityStoreTests(AzuriteFixture azurite) : EntityStoreContract, IDisposable
{
    private readonly AzureTableEntityStore _store = azurite.Store();
    private readonly string _partition = Guid.NewGuid().ToString();

    protected override IEntityStore Store => _store;

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    [InlineData(500_000)]
    public async Task CommitAsync_BodyOverOneProperty_ComesBackWhole(int length)
    {
        var body = string.Concat(Enumerable.Range(0, length).Select(index => (char)('a' + (index % 26))));

        await _store.CommitAsync("large", _partition, [new EntityChange.Add("a", body)]);

        Assert.Equal(body, (await _store.GetAsync("large", _partition, "a"))?.Body);
    }

    [Fact]
    public async Task CommitAsync_SurrogatePairAcrossTwoProperties_ComesBackWhole()
    {
        var body = new string('a', (32 * 1024) - 1) + "😀" + new string('中', 40_000);

        await _store.CommitAsync("large", _partition, [new EntityChange.Add("a", body)]);

        Assert.Equal(body, (await _store.GetAsync("large", _partition, "a"))?.Body);
    }

    [Fact]
    public async Task CommitAsync_ShorterBodyOverALongerOne_LeavesNothingOfIt()
    {
        await _store.CommitAsync("large", _partition, [new EntityChange.Add("a", new('x', 100_000))]);

        await _store.CommitAsync("large", _partition, [new EntityChange.Replace("a", "short", null)]);

        Assert.Equal("short", (await _store.GetAsync("large", _partition, "a"))?.Body);
    }

    [Fact]
    public async Task CommitAsync_LargestRow_IsStoredAndOneCharacterMoreIsRefusedWithTheLimit()
    {
        var largest = Enumerable.Range(0, 2000).Select(less => (512 * 1024) - less).First(length => TryWrite(length) is null);

        await _store.CommitAsync("large", "p", [new EntityChange.Upsert("a", new('x', largest))]);
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => _store.CommitAsync("large", "p", [new EntityChange.Upsert("a", new('x', largest + 1))]));

        Assert.Contains("1 MiB (1,048,576 bytes)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(largest, (await _store.GetAsync("large", "p", "a"))?.Body.Length);
    }

    [Fact]
    public async Task CommitAsync_TransactionOver4MiB_IsRefusedWithTheLimit()
    {
        var changes = Enumerable.Range(0, 9).Select(row => new EntityChange.Add($"{row}", new('x', 500_000))).ToList();

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _store.CommitAsync("large", _partition, changes));

        Assert.Contains("4,194,304 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await _store.QueryAsync("large", new(_partition))).Rows);
    }

    [Fact]
    public async Task CommitAsync_BodyThatWouldNotComeBack_Throws() => await Assert.ThrowsAsync<ArgumentException>(
        () => _store.CommitAsync("large", _partition, [new EntityChange.Add("a", "half \uD83D")]));

    [Fact]
    public async Task CommitAsync_KeyThatWouldNotComeBack_Throws()
    {
        foreach (var key in new[] { "a\0b", "\uD83D", "\uDE00\uD83D", new string('k', 257) })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => _store.CommitAsync("t11", "p", [new EntityChange.Add(key, "")]));
            Assert.Null(await _store.GetAsync("t11", "p", key));
        }
    }

    [Fact]
    public async Task CommitAsync_LongestAwkwardKeys_ComeBackAsTheyWentIn()
    {
        var (partition, row) = (new string('/', 256), new string('\uFFFD', 256));

        await _store.CommitAsync("longest", partition, [new EntityChange.Upsert(row, "1"), new EntityChange.Upsert("b", "2")]);

        Assert.Equal("1", (await _store.GetAsync("longest", partition, row))?.Body);
        Assert.Equal(["b", row], (await _store.QueryAsync("longest", new(partition))).Rows.Select(entity => entity.Row));
    }

    [Fact]
    public async Task CommitAsync_AwkwardKeysInTransactions_ComeBackAndCanBeDeleted()
    {
        var keys = ((IEnumerable<object[]>)AwkwardKeys).Select(key => (string)key[0]).ToList();

        await _store.CommitAsync("awkward", _partition, [.. keys.Select(key => new EntityChange.Add(key, key))]);
        await _store.CommitAsync("awkward", _partition, [.. keys.Select(key => new EntityChange.Replace(key, key + "!", null))]);
        var read = (await _store.QueryAsync("awkward", new(_partition))).Rows;
        await _store.CommitAsync("awkward", _partition, [.. read.Select(row => new EntityChange.Delete(row.Row, row.ETag))]);

        Assert.Equal(keys.Order(StringComparer.Ordinal), read.Select(row => row.Row).Order(StringComparer.Ordinal));
        Assert.All(read, row => Assert.Equal(row.Row + "!", row.Body));
        Assert.Empty((await _store.QueryAsync("awkward", new(_partition))).Rows);
    }

    [Fact]
    public async Task QueryAsync_AwkwardKeys_AgreesWithSqliteOnOrderAndPrefixes()
    {
        using var state = new TemporaryState();
        var sqlite = new SqliteEntityStore(state.File, TimeProvider.System);
        string[] parts = ["a", "a/", "a/b", "a.", "a.b", "a-b", "a0", "a b", "a\tb", "a!", "a#b", "a\"b", "a?", "a>", "a@", "a\\", "a[", "a]", "a%",
            "a$", "a&", "a~", "a\u007F", "a\u00A0", "aé", "a中", "a\uD7FF", "a\uE000", "a\uFF01", "a😀", "A", "b", "'", "''"];
        foreach (var store in new IEntityStore[] { sqlite, _store })
            await store.CommitAsync("order", _partition, [.. parts.Select(part => new EntityChange.Add(part, ""))]);

        Assert.Equal(await RowsAsync(sqlite, new(_partition)), await RowsAsync(_store, new(_partition)));
        foreach (var prefix in new[] { "a", "a/", "a.", "a ", "a\t", "a?", "a\\", "a😀", "'", "a\uE000" })
            Assert.Equal(await RowsAsync(sqlite, EntityQuery.Prefix(_partition, prefix)), await RowsAsync(_store, EntityQuery.Prefix(_partition, prefix)));
    }

    [Fact]
    public async Task CommitAsync_ForeignETag_IsRefusedLikeAnyThatDoesNotFit()
    {
        await _store.CommitAsync("foreign", _partition, [new EntityChange.Add("a", "1")]);

        foreach (var etag in new[] { "17", "*", "datetime'2020-01-01T00%3A00%3A00Z'", "x\r\ny: z" })
        {
            Assert.Equal(
                new CommitResult.Refused(0, Refusal.Changed),
                await _store.CommitAsync("foreign", _partition, [new EntityChange.Replace("a", "2", etag)]));
            Assert.Equal(
                new CommitResult.Refused(1, Refusal.Changed),
                await _store.CommitAsync("foreign", _partition, [new EntityChange.Add("b", "1"), new EntityChange.Delete("a", etag)]));
        }
    }

    [Fact]
    public async Task GetAsync_ETag_CanStandInAQuotedHeader()
    {
        await _store.CommitAsync("etags", _partition, [new EntityChange.Add("a", "1")]);

        var etag = (await _store.GetAsync("etags", _partition, "a"))!.ETag;

        Assert.Matches("^[!#-~]+$", etag);
    }

    [Fact]
    public async Task GetAsync_Updated_IsWhenTheServiceWroteIt()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);

        await _store.CommitAsync("updated", _partition, [new EntityChange.Add("a", "1")]);

        Assert.InRange((await _store.GetAsync("updated", _partition, "a"))!.Updated, before, TimeProvider.System.GetUtcNow().AddSeconds(1));
    }

    [Fact]
    public async Task QueryAsync_TableNeverWritten_IsEmpty()
    {
        Assert.Null(await _store.GetAsync("never", "p", "r"));
        Assert.Empty((await _store.QueryAsync("never", new())).Rows);
        Assert.Equal(new CommitResult.Refused(0, Refusal.Missing), await _store.CommitAsync("never", "p", [new EntityChange.Delete("r", null)]));
    }

    // Azurite takes any continuation; the service does not.
    [Fact]
    public async Task QueryAsync_ForeignContinuation_Throws()
    {
        using var store = new StubService().Fail(HttpStatusCode.BadRequest, "InvalidInput").Store();

        await Assert.ThrowsAsync<ArgumentException>(() => store.QueryAsync("things", new() { Continuation = "nonsense!" }));
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("with-hyphen")]
    [InlineData("")]
    public async Task GetAsync_NameThatNoTableCanHave_Throws(string table) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _store.GetAsync(table, "p", "r"));

    [Fact]
    public async Task CommitAsync_SameTableOfTwoPrefixes_AreApart()
    {
        using var other = new AzureTableEntityStore(
            options => new(azurite.Azurite.ConnectionString, options), new() { TablePrefix = "other" }, TimeProvider.System);

        await other.CommitAsync("shared", _partition, [new EntityChange.Add("a", "1")]);

        Assert.Null(await _store.GetAsync("shared", _partition, "a"));
    }

    private static ArgumentException? TryWrite(int length)
    {
        try
        {
            StoredEntity.Write("p", "a", new('x', length), new('0', 32));
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception;
        }
    }

    private static async Task<List<string>> RowsAsync(IEntityStore store, EntityQuery query) =>
        [.. (await store.QueryAsync("order", query)).Rows.Select(entity => entity.Row)];
}
