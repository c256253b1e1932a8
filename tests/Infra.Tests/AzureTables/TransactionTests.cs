using System.Net;
using Azure;
using ControlPlane.Infra.AzureTables.Client;

namespace ControlPlane.Infra.Tests.AzureTables;

public sealed class TransactionTests
{
    private readonly StubService _service = new();

    private static TableTransactionAction[] Actions =>
    [
        new(TableTransactionActionType.Add, new TableEntity("p", "1") { ["Text"] = "two\r\nlines --changeset_1--" }),
        new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "2"), new ETag(StubService.ETag)),
        new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "3")),
        new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "4")),
        new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "5")),
        new(TableTransactionActionType.Delete, new TableEntity("p", "it's 6")),
    ];

    [Fact]
    public async Task SubmitTransaction_EachKindOfAction_IsOnePartOfOneChangeSet()
    {
        _service.Answer(HttpStatusCode.Accepted, "");

        await _service.Table().SubmitTransactionAsync(Actions);

        var request = Assert.Single(_service.Requests);
        Assert.Equal(("POST", "/$batch", "multipart/mixed; boundary=batch_1"), (request.Method, request.Uri.AbsolutePath, request.Headers["Content-Type"]));
        var lines = request.Body.Split("\r\n");
        Assert.Equal(
            [
                "POST https://example.table.core.windows.net/things HTTP/1.1",
                "PUT https://example.table.core.windows.net/things(PartitionKey='p',RowKey='2') HTTP/1.1",
                "PUT https://example.table.core.windows.net/things(PartitionKey='p',RowKey='3') HTTP/1.1",
                "PATCH https://example.table.core.windows.net/things(PartitionKey='p',RowKey='4') HTTP/1.1",
                "PATCH https://example.table.core.windows.net/things(PartitionKey='p',RowKey='5') HTTP/1.1",
                "DELETE https://example.table.core.windows.net/things(PartitionKey='p',RowKey='it%27%27s%206') HTTP/1.1",
            ],
            lines.Where(line => line.EndsWith(" HTTP/1.1", StringComparison.Ordinal)));
        Assert.Equal(["If-Match: " + StubService.ETag, "If-Match: *", "If-Match: *"], lines.Where(line => line.StartsWith("If-Match", StringComparison.Ordinal)));
        Assert.Equal(6, lines.Count(line => line == "--changeset_1"));
        Assert.Equal(["--batch_1", "--batch_1--"], lines.Where(line => line.StartsWith("--batch", StringComparison.Ordinal)));
    }

    // The form of the service itself, from its documentation.
    [Fact]
    public async Task SubmitTransaction_Accepted_GivesTheAnswerToEachAction()
    {
        _service.Answer(HttpStatusCode.Accepted, """
            --batchresponse_4c637ba4-b2f8-40f8-8856-c2d10d163a83
            Content-Type: multipart/mixed; boundary=changesetresponse_955358ab-62b1-4d6c-804b-41cebde7e42

            --changesetresponse_955358ab-62b1-4d6c-804b-41cebde7e42
            Content-Type: application/http
            Content-Transfer-Encoding: binary

            HTTP/1.1 204 No Content
            X-Content-Type-Options: nosniff
            Preference-Applied: return-no-content
            ETag: W/"datetime'2013-10-01T15%3A26%3A31.0443125Z'"


            --changesetresponse_955358ab-62b1-4d6c-804b-41cebde7e42
            Content-Type: application/http
            Content-Transfer-Encoding: binary

            HTTP/1.1 204 No Content


            --changesetresponse_955358ab-62b1-4d6c-804b-41cebde7e42--
            --batchresponse_4c637ba4-b2f8-40f8-8856-c2d10d163a83--
            """);

        var answers = (await _service.Table().SubmitTransactionAsync(Actions)).Value;

        Assert.Equal([204, 204], answers.Select(answer => answer.Status));
        Assert.Equal("W/\"datetime'2013-10-01T15%3A26%3A31.0443125Z'\"", answers[0].Headers.ETag.ToString());
        Assert.Null(answers[1].Headers.ETag);
    }

    [Fact]
    public async Task SubmitTransaction_OneActionRefused_SaysWhichAndWhy()
    {
        _service.Answer(HttpStatusCode.Accepted, """
            --batchresponse_ae7a9bfe-ba27-4d3d-8cdd-0a2cd0a1a7bf
            Content-Type: multipart/mixed; boundary=changesetresponse_d6b0b0f5-0b0b-4f0a-9b6d-1f0c4d6f6a3c

            --changesetresponse_d6b0b0f5-0b0b-4f0a-9b6d-1f0c4d6f6a3c
            Content-Type: application/http
            Content-Transfer-Encoding: binary

            HTTP/1.1 409 Conflict
            DataServiceVersion: 3.0;
            Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8

            {"odata.error":{"code":"EntityAlreadyExists","message":{"lang":"en-US","value":"12:The specified entity already exists.\nRequestId:8cd05ae6"}}}
            --changesetresponse_d6b0b0f5-0b0b-4f0a-9b6d-1f0c4d6f6a3c--
            --batchresponse_ae7a9bfe-ba27-4d3d-8cdd-0a2cd0a1a7bf--
            """);

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _service.Table().SubmitTransactionAsync(Actions));

        Assert.Equal((409, TableErrorCode.EntityAlreadyExists, 12), (failure.Status, failure.ErrorCode, failure.FailedTransactionActionIndex));
    }

    [Fact]
    public async Task SubmitTransaction_RefusedAsAWhole_IsAnOrdinaryFailure()
    {
        _service.Fail(HttpStatusCode.RequestEntityTooLarge, "RequestBodyTooLarge");

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table().SubmitTransactionAsync(Actions));

        Assert.Equal("RequestBodyTooLarge", failure.ErrorCode);
    }
}
