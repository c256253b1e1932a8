using System.Net;
using ControlPlane.Core.Storage;

namespace ControlPlane.Infra.Tests.AzureTables;

[Collection(AzuriteFixture.Name)]
public sealed class LostAnswerTests(AzuriteFixture azurite)
{
    private const string Table = "lost";

    private readonly StubService _service = new();
    private readonly string _partition = Guid.NewGuid().ToString();

    public static TheoryData<int> Written => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Written))]
    public async Task CommitAsync_AnswerLost_TheRepetitionFindsItsOwnWork(int kind)
    {
        using var plain = azurite.Store();
        var etag = Assert.IsType<CommitResult.Committed>(await plain.CommitAsync(Table, _partition, [new EntityChange.Add("old", "1")])).ETags[0];
        EntityChange[][] commits =
        [
            [new EntityChange.Add("new", "2")],
            [new EntityChange.Replace("old", "2", etag)],
            [new EntityChange.Delete("old", etag), new EntityChange.Add("new", "2")],
        ];
        using var losing = azurite.Store(new AnswerLoser());

        var committed = Assert.IsType<CommitResult.Committed>(await losing.CommitAsync(Table, _partition, commits[kind]));

        var written = commits[kind][^1].Row;
        var read = await plain.GetAsync(Table, _partition, written);
        Assert.Equal(("2", committed.ETags[^1]), (read?.Body, read?.ETag));
    }

    [Fact]
    public async Task CommitAsync_AnswerLostAndARowOverwrittenSince_IsCommittedWithAnETagThatDoesNotFit()
    {
        using var plain = azurite.Store();
        await plain.CommitAsync(Table, _partition, [new EntityChange.Add("so that the table is there", "")]);
        using var losing = azurite.Store(new AnswerLoser(
            async () => await plain.CommitAsync(Table, _partition, [new EntityChange.Upsert("b", "another's")])));

        var committed = Assert.IsType<CommitResult.Committed>(
            await losing.CommitAsync(Table, _partition, [new EntityChange.Add("a", "1"), new EntityChange.Add("b", "1")]));

        Assert.Equal(committed.ETags[0], (await plain.GetAsync(Table, _partition, "a"))?.ETag);
        Assert.Equal(
            new CommitResult.Refused(0, Refusal.Changed),
            await plain.CommitAsync(Table, _partition, [new EntityChange.Replace("b", "2", committed.ETags[1])]));
    }

    [Fact]
    public async Task CommitAsync_AnswerLostAndTheRowIsAnothers_IsRefused()
    {
        _service.Break().Fail(HttpStatusCode.Conflict, "EntityAlreadyExists").Answer(HttpStatusCode.OK, Row(transaction: "theirs"));
        using var store = _service.Store();

        var result = await store.CommitAsync(Table, "p", [new EntityChange.Add("a", "1")]);

        Assert.Equal(new CommitResult.Refused(0, Refusal.Exists), result);
        Assert.Equal("?$select=Transaction", _service.Requests[2].Query);
    }

    [Fact]
    public async Task CommitAsync_RefusedWithoutALostAnswer_IsNotReadAgain()
    {
        _service.Fail(HttpStatusCode.TooManyRequests, "Busy").Fail(HttpStatusCode.Conflict, "EntityAlreadyExists");
        using var store = _service.Store();

        var result = await store.CommitAsync(Table, "p", [new EntityChange.Add("a", "1")]);

        Assert.Equal(new CommitResult.Refused(0, Refusal.Exists), result);
        Assert.Equal(2, _service.Requests.Count);
    }

    [Fact]
    public async Task CommitAsync_LostAnswerToADeletionAlone_SaysThatTheRowIsMissing()
    {
        _service.Break().Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        using var store = _service.Store();

        var result = await store.CommitAsync(Table, "p", [new EntityChange.Delete("a", null)]);

        Assert.Equal(new CommitResult.Refused(0, Refusal.Missing), result);
    }

    private static string Row(string transaction) => $$"""
        {"odata.etag":"W/\"datetime'2026-01-01T00%3A00%3A00Z'\"","Transaction":"{{transaction}}"}
        """;

    /// <summary>Passes the first write on and loses the answer to it.</summary>
    private sealed class AnswerLoser(Func<Task>? meanwhile = null) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _writes;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Get || Interlocked.Increment(ref _writes) > 1)
                return response;
            if (meanwhile is not null)
                await meanwhile();
            throw new HttpRequestException("The connection was reset.");
        }
    }
}
