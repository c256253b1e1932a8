using System.Net;
using Azure;
using ControlPlane.Infra.AzureTables.Client;

namespace ControlPlane.Infra.Tests.AzureTables;

public sealed class TableClientTests
{
    private readonly StubService _service = new();

    [Fact]
    public async Task AddEntity_AllKindsOfValues_AreWrittenAsODataNamesThem()
    {
        _service.Answer(HttpStatusCode.NoContent, headers: ("ETag", StubService.ETag));

        var response = await _service.Table().AddEntityAsync(new TableEntity("p", "r")
        {
            { "Text", "\"q\" é" }, { "Flag", true }, { "Int", 7 }, { "Long", 1L << 40 }, { "Double", 2.0 }, { "Nothing", null },
            { "Time", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)) }, { "Id", Guid.Empty }, { "Bytes", new byte[] { 1, 2 } },
        });

        var request = Assert.Single(_service.Requests);
        Assert.Equal(("POST", "/things"), (request.Method, request.Uri.AbsolutePath));
        Assert.Equal(
            """
            {"PartitionKey":"p","RowKey":"r","Text":"\"q\" \u00e9","Flag":true,"Int":7,"Long@odata.type":"Edm.Int64","Long":"1099511627776",
            "Double@odata.type":"Edm.Double","Double":2,"Time@odata.type":"Edm.DateTime","Time":"2026-01-02T02:04:05.0000000Z",
            "Id@odata.type":"Edm.Guid","Id":"00000000-0000-0000-0000-000000000000","Bytes@odata.type":"Edm.Binary","Bytes":"AQI="}
            """.ReplaceLineEndings(""),
            request.Body);
        Assert.Equal("return-no-content", request.Headers["Prefer"]);
        Assert.Equal("2019-02-02", request.Headers["x-ms-version"]);
        Assert.Equal(StubService.ETag, response.Headers.ETag.ToString());
    }

    [Fact]
    public async Task GetEntity_AllKindsOfValues_AreReadAsTheyWereWritten()
    {
        _service.Answer(HttpStatusCode.OK, """
            {"odata.metadata":"m","odata.etag":"W/\"datetime'1'\"","PartitionKey":"p","RowKey":"r","Timestamp":"2026-01-02T03:04:05.1234567Z",
            "Long@odata.type":"Edm.Int64","Long":"5","Double":2.5,"Whole":2.0,"Whole@odata.type":"Edm.Double","Flag":false,"Int":7,"Text":"t",
            "Id@odata.type":"Edm.Guid","Id":"00000000-0000-0000-0000-000000000000","Bytes@odata.type":"Edm.Binary","Bytes":"AQI=",
            "Time@odata.type":"Edm.DateTime","Time":"2026-01-02T02:04:05Z"}
            """);

        var read = (await _service.Table().GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;

        Assert.Equal(("p", "r", new ETag("W/\"datetime'1'\"")), (read.PartitionKey, read.RowKey, read.ETag));
        Assert.Equal(1234567, read.Timestamp!.Value.Ticks % TimeSpan.TicksPerSecond);
        Assert.Equal<object?>([5L, 2.5, 2.0, false, 7, "t", Guid.Empty], new[] { "Long", "Double", "Whole", "Flag", "Int", "Text", "Id" }.Select(name => read[name]));
        Assert.Equal([1, 2], (byte[])read["Bytes"]!);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero), read["Time"]);
        Assert.Equal(9, read.Count());
    }

    [Fact]
    public async Task GetEntity_QuotesAndOtherAwkwardCharacters_AreDoubledAndEncoded()
    {
        _service.Fail(HttpStatusCode.NotFound, "ResourceNotFound");

        var read = await _service.Table().GetEntityIfExistsAsync<TableEntity>("it's", "a b+c%é", ["One", "Two"]);

        Assert.False(read.HasValue);
        Assert.Equal(
            "/things(PartitionKey='it%27%27s',RowKey='a%20b%2Bc%25%C3%A9')?$select=One%2CTwo", Assert.Single(_service.Requests).Uri.PathAndQuery);
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, "PATCH")]
    [InlineData(TableUpdateMode.Replace, "PUT")]
    public async Task UpdateAndUpsert_Mode_ChoosesTheMethodAndOnlyUpdatesAreConditional(TableUpdateMode mode, string method)
    {
        _service.Answer(HttpStatusCode.NoContent).Answer(HttpStatusCode.NoContent).Answer(HttpStatusCode.NoContent);
        var entity = new TableEntity("p", "r");

        await _service.Table().UpdateEntityAsync(entity, new ETag(StubService.ETag), mode);
        await _service.Table().UpdateEntityAsync(entity, ETag.All, mode);
        await _service.Table().UpsertEntityAsync(entity, mode);

        Assert.All(_service.Requests, request => Assert.Equal(method, request.Method));
        Assert.Equal([StubService.ETag, "*", null], _service.Requests.Select(request => request.Headers.GetValueOrDefault("If-Match")));
    }

    [Fact]
    public async Task DeleteEntity_NoneThere_IsAnAnswer()
    {
        _service.Fail(HttpStatusCode.NotFound, "ResourceNotFound");

        var response = await _service.Table().DeleteEntityAsync("p", "r");

        Assert.Equal(404, response.Status);
        Assert.Equal("*", Assert.Single(_service.Requests).Headers["If-Match"]);
    }

    [Fact]
    public async Task CreateIfNotExists_ThereAlready_IsNoFailureAndBeingDeletedIs()
    {
        _service.Fail(HttpStatusCode.Conflict, TableErrorCode.TableAlreadyExists).Fail(HttpStatusCode.Conflict, TableErrorCode.TableBeingDeleted);

        var created = await _service.Table().CreateIfNotExistsAsync();
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table().CreateIfNotExistsAsync());

        Assert.Equal("things", created.Value.Name);
        Assert.Equal("""{"TableName":"things"}""", _service.Requests[0].Body);
        Assert.Equal(TableErrorCode.TableBeingDeleted, failure.ErrorCode);
    }

    [Fact]
    public async Task Query_EmptyPagesOnTheWay_AreReadThrough()
    {
        _service
            .Answer(HttpStatusCode.OK, """{"value":[]}""", ("x-ms-continuation-NextPartitionKey", "1!4!cA--"), ("x-ms-continuation-NextRowKey", "1!4!cg--"))
            .Answer(HttpStatusCode.OK, """{"value":[]}""", ("x-ms-continuation-NextPartitionKey", "1!4!cQ--"))
            .Answer(HttpStatusCode.OK, """{"value":[{"PartitionKey":"p","RowKey":"r"}]}""");

        var found = await _service.Table().QueryAsync<TableEntity>("PartitionKey eq 'p'", maxPerPage: 5, select: ["One"]).ToListAsync();

        Assert.Equal("r", Assert.Single(found).RowKey);
        Assert.Equal(
            [
                "?$filter=PartitionKey eq 'p'&$top=5&$select=One",
                "?$filter=PartitionKey eq 'p'&$top=5&$select=One&NextPartitionKey=1!4!cA--&NextRowKey=1!4!cg--",
                "?$filter=PartitionKey eq 'p'&$top=5&$select=One&NextPartitionKey=1!4!cQ--",
            ],
            _service.Requests.Select(request => request.Query));
    }

    [Fact]
    public async Task Failure_NotOfTheService_StillHasItsStatus()
    {
        _service.Answer(HttpStatusCode.Forbidden, "<html>a proxy</html>");

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table().AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(403, failure.Status);
    }
}
