using ControlPlane.Core.Storage;

namespace ControlPlane.Infra.Tests.Contracts;

/// <summary>What every <see cref="IEntityStore"/> must do. Each test uses a partition of its own.</summary>
public abstract class EntityStoreContract
{
    private const string Table = "contract";

    private readonly string _partition = Guid.NewGuid().ToString("N");

    public static TheoryData<string> AwkwardKeys =>
    [
        "", " ", "a/b", @"a\b", "a#b", "a?b", "50%", "%2F", "o'clock", "\"quoted\"", "a;b--", "tab\tend", "line\nend", "ümlaut",
        "e\u0301 is not \u00e9", "中文", "😀", "\uFFFD", "_", "*", "null", new string('k', 256),
    ];

    protected abstract IEntityStore Store { get; }

    [Fact]
    public async Task GetAsync_NoSuchRow_ReturnsNull() =>
        Assert.Null(await Store.GetAsync(Table, _partition, "missing"));

    [Fact]
    public async Task CommitAsync_Add_CanBeReadBack()
    {
        var etag = await CommittedAsync(new EntityChange.Add("a", """{"x":1}"""));

        var read = await Store.GetAsync(Table, _partition, "a");

        Assert.NotNull(read);
        Assert.Equal((_partition, "a", """{"x":1}""", etag), (read.Partition, read.Row, read.Body, read.ETag));
        Assert.NotEqual(default, read.Updated);
    }

    [Theory]
    [MemberData(nameof(AwkwardKeys))]
    public async Task CommitAsync_AwkwardKey_ComesBackAsItWentIn(string key)
    {
        await CommittedAsync(new EntityChange.Add("r" + key[..Math.Min(key.Length, 255)], key));
        await Store.CommitAsync(Table, _partition + key[..Math.Min(key.Length, 200)], [new EntityChange.Add(key, "in its own partition")]);

        var asRow = await Store.GetAsync(Table, _partition, "r" + key[..Math.Min(key.Length, 255)]);
        var asBoth = await Store.GetAsync(Table, _partition + key[..Math.Min(key.Length, 200)], key);
        var listed = await Store.QueryAsync(Table, new(_partition + key[..Math.Min(key.Length, 200)]) { From = key });

        Assert.Equal(key, asRow?.Body);
        Assert.Equal(key, asBoth?.Row);
        Assert.Contains(listed.Rows, entity => entity.Row == key);
    }

    [Fact]
    public async Task CommitAsync_AddOfAnExistingRow_IsRefused()
    {
        await CommittedAsync(new EntityChange.Add("a", "1"));

        var result = await CommitAsync(new EntityChange.Add("a", "2"));

        Assert.Equal(new CommitResult.Refused(0, Refusal.Exists), result);
        Assert.Equal("1", (await Store.GetAsync(Table, _partition, "a"))?.Body);
    }

    [Fact]
    public async Task CommitAsync_ConcurrentAddsOfOneKey_HaveExactlyOneWinner()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var adds = Enumerable.Range(0, 32).Select(async number =>
        {
            await gate.Task;
            return await CommitAsync(new EntityChange.Add("a", $"{number}"));
        }).ToList();

        gate.SetResult();
        var results = await Task.WhenAll(adds);

        var winner = Assert.Single(results.Index(), result => result.Item is CommitResult.Committed);
        Assert.Equal($"{winner.Index}", (await Store.GetAsync(Table, _partition, "a"))?.Body);
        Assert.All(results.Where(result => result is CommitResult.Refused), result =>
            Assert.Equal(new CommitResult.Refused(0, Refusal.Exists), result));
    }

    [Fact]
    public async Task CommitAsync_ReplaceWithTheReadETag_ChangesBodyAndETag()
    {
        var first = await CommittedAsync(new EntityChange.Add("a", "1"));

        var second = await CommittedAsync(new EntityChange.Replace("a", "2", first));

        Assert.NotEqual(first, second);
        Assert.Equal("2", (await Store.GetAsync(Table, _partition, "a"))?.Body);
    }

    [Fact]
    public async Task CommitAsync_ChangeWithAnOldETag_IsRefused()
    {
        var first = await CommittedAsync(new EntityChange.Add("a", "1"));
        await CommittedAsync(new EntityChange.Replace("a", "2", first));

        Assert.Equal(new CommitResult.Refused(0, Refusal.Changed), await CommitAsync(new EntityChange.Replace("a", "3", first)));
        Assert.Equal(new CommitResult.Refused(0, Refusal.Changed), await CommitAsync(new EntityChange.Delete("a", first)));
        Assert.Equal("2", (await Store.GetAsync(Table, _partition, "a"))?.Body);
    }

    [Fact]
    public async Task CommitAsync_ChangeWithoutETag_IgnoresWhoWroteLast()
    {
        await CommittedAsync(new EntityChange.Add("a", "1"));

        Assert.IsType<CommitResult.Committed>(await CommitAsync(new EntityChange.Replace("a", "2", null)));
        Assert.IsType<CommitResult.Committed>(await CommitAsync(new EntityChange.Delete("a", null)));
        Assert.Null(await Store.GetAsync(Table, _partition, "a"));
    }

    [Fact]
    public async Task CommitAsync_ChangeOfAMissingRow_IsRefused()
    {
        Assert.Equal(new CommitResult.Refused(0, Refusal.Missing), await CommitAsync(new EntityChange.Replace("a", "1", null)));
        Assert.Equal(new CommitResult.Refused(0, Refusal.Missing), await CommitAsync(new EntityChange.Delete("a", null)));
    }

    [Fact]
    public async Task CommitAsync_DeletedAndAddedAgain_OldETagDoesNotFit()
    {
        var first = await CommittedAsync(new EntityChange.Add("a", "1"));
        await CommittedAsync(new EntityChange.Delete("a", first));

        var second = await CommittedAsync(new EntityChange.Add("a", "1"));

        Assert.NotEqual(first, second);
        Assert.Equal(new CommitResult.Refused(0, Refusal.Changed), await CommitAsync(new EntityChange.Replace("a", "2", first)));
    }

    [Fact]
    public async Task CommitAsync_UpsertTwice_WritesBoth()
    {
        await CommittedAsync(new EntityChange.Upsert("a", "1"));
        await CommittedAsync(new EntityChange.Upsert("a", "2"));

        Assert.Equal("2", (await Store.GetAsync(Table, _partition, "a"))?.Body);
    }

    [Fact]
    public async Task CommitAsync_OneRefusedChange_MakesNone()
    {
        await CommittedAsync(new EntityChange.Add("there", "1"));

        var result = await CommitAsync(
            new EntityChange.Add("a", "1"), new EntityChange.Upsert("b", "1"), new EntityChange.Delete("missing", null), new EntityChange.Delete("there", null));

        Assert.Equal(new CommitResult.Refused(2, Refusal.Missing), result);
        Assert.Equal(["there"], await RowsAsync(new(_partition)));
    }

    [Fact]
    public async Task CommitAsync_SeveralChanges_GivesAnETagForEach()
    {
        await CommittedAsync(new EntityChange.Add("old", "1"));

        var committed = Assert.IsType<CommitResult.Committed>(await CommitAsync(
            new EntityChange.Add("a", "1"), new EntityChange.Delete("old", null), new EntityChange.Upsert("b", "1")));

        Assert.Equal((await Store.GetAsync(Table, _partition, "a"))?.ETag, committed.ETags[0]);
        Assert.Null(committed.ETags[1]);
        Assert.Equal((await Store.GetAsync(Table, _partition, "b"))?.ETag, committed.ETags[2]);
    }

    [Fact]
    public async Task CommitAsync_NotATransaction_Throws()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(new EntityChange.Add("a", ""), new EntityChange.Delete("a", null)));
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(
            [.. Enumerable.Range(0, IEntityStore.MaxChanges + 1).Select(number => new EntityChange.Add($"{number}", ""))]));
    }

    [Fact]
    public async Task CommitAsync_MostChangesAllowed_MakesAll()
    {
        await CommitAsync([.. Enumerable.Range(0, IEntityStore.MaxChanges).Select(number => new EntityChange.Add($"{number:000}", ""))]);

        Assert.Equal(IEntityStore.MaxChanges, (await RowsAsync(new(_partition))).Count);
    }

    [Fact]
    public async Task QueryAsync_Partition_ReturnsItsRowsInOrdinalOrder()
    {
        await CommitAsync([.. new[] { "b", "B", "a", "ä", "10", "9", "中" }.Select(row => new EntityChange.Add(row, ""))]);

        Assert.Equal(["10", "9", "B", "a", "b", "ä", "中"], await RowsAsync(new(_partition)));
    }

    [Fact]
    public async Task QueryAsync_Bounds_AreInclusiveBelowAndExclusiveAbove()
    {
        await CommitAsync([.. "abcd".Select(row => new EntityChange.Add($"{row}", ""))]);

        Assert.Equal(["b", "c"], await RowsAsync(new(_partition) { From = "b", Before = "d" }));
    }

    [Fact]
    public async Task QueryAsync_Prefix_ReturnsOnlyThoseThatBeginSo()
    {
        await CommitAsync([.. new[] { "job", "job/", "job/1", "job/2", "job0", "jo", "JOB/1" }.Select(row => new EntityChange.Add(row, ""))]);

        Assert.Equal(["job/", "job/1", "job/2"], await RowsAsync(EntityQuery.Prefix(_partition, "job/")));
    }

    [Fact]
    public async Task QueryAsync_Pages_ReturnEveryRowOnce()
    {
        var expected = Enumerable.Range(0, 25).Select(number => $"{number:00}").ToList();
        await CommitAsync([.. expected.Select(row => new EntityChange.Add(row, ""))]);
        List<string> seen = [];

        for (string? continuation = null; ;)
        {
            var page = await Store.QueryAsync(Table, new(_partition) { Top = 10, Continuation = continuation, From = "00", Before = "99" });
            Assert.True(page.Rows.Count <= 10);
            seen.AddRange(page.Rows.Select(entity => entity.Row));
            continuation = page.Continuation;
            if (continuation is null)
                break;
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task QueryAsync_AllPartitions_PagesThroughThemInOrder()
    {
        var table = "t" + _partition;
        string[] partitions = ["p1", "p2", "p3"];
        foreach (var partition in partitions)
            await Store.CommitAsync(table, partition, [new EntityChange.Add("b", ""), new EntityChange.Add("a", ""), new EntityChange.Add("z", "")]);
        List<string> seen = [];

        for (string? continuation = null; ;)
        {
            var page = await Store.QueryAsync(table, new() { Top = 2, Continuation = continuation, Before = "c" });
            seen.AddRange(page.Rows.Select(entity => entity.Partition + entity.Row));
            continuation = page.Continuation;
            if (continuation is null)
                break;
        }

        Assert.Equal(["p1a", "p1b", "p2a", "p2b", "p3a", "p3b"], seen);
    }

    [Fact]
    public async Task QueryAsync_OtherTableOrPartition_IsNotSeen()
    {
        await Store.CommitAsync("other", _partition, [new EntityChange.Add("a", "")]);
        await Store.CommitAsync(Table, _partition + "2", [new EntityChange.Add("a", "")]);

        Assert.Empty(await RowsAsync(new(_partition)));
    }

    private Task<CommitResult> CommitAsync(params EntityChange[] changes) => Store.CommitAsync(Table, _partition, changes);

    private async Task<string?> CommittedAsync(EntityChange change) =>
        Assert.Single(Assert.IsType<CommitResult.Committed>(await CommitAsync(change)).ETags);

    private async Task<List<string>> RowsAsync(EntityQuery query) =>
        [.. (await Store.QueryAsync(Table, query)).Rows.Select(entity => entity.Row)];
}
