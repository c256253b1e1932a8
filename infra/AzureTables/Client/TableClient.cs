using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>One table of a storage account.</summary>
public sealed class TableClient
{
    private readonly Uri _service;
    private readonly HttpPipeline _pipeline;

    internal TableClient(string name, Uri service, HttpPipeline pipeline) => (Name, _service, _pipeline) = (name, service, pipeline);

    /// <summary>The name of the table.</summary>
    public string Name { get; }

    /// <summary>Creates the table unless it is there.</summary>
    /// <exception cref="RequestFailedException">The service failed, or the table is just being deleted.</exception>
    public async Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        var table = new JsonObject { ["TableName"] = Name };
        using var message = Message(new(RequestMethod.Post, "Tables", null, Encoding.UTF8.GetBytes(table.ToJsonString())));
        var response = await SendAsync(message, cancellationToken);
        if (!response.IsError)
            return Response.FromValue(new TableItem(Name), response);
        var failure = TableFailure.Of(response);
        return failure.ErrorCode == TableErrorCode.TableAlreadyExists
            ? Response.FromValue(new TableItem(Name), response)
            : throw failure;
    }

    /// <summary>Writes an entity that must not exist.</summary>
    /// <exception cref="RequestFailedException">409 when it does; anything else when the service failed.</exception>
    public Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : TableEntity, new() =>
        ChangeAsync(EntityOperation.Add(Name, entity), cancellationToken);

    /// <summary>Writes over an entity that must exist.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="ifMatch">The version it must have; <see cref="ETag.All"/> for any.</param>
    /// <param name="mode">What becomes of properties that are not named.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestFailedException">404 when it does not exist, 412 when it has another version.</exception>
    public Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : TableEntity, new() =>
        ChangeAsync(EntityOperation.Update(Name, entity, ifMatch, mode), cancellationToken);

    /// <summary>Writes an entity whether it exists or not.</summary>
    /// <exception cref="RequestFailedException">The service failed.</exception>
    public Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : TableEntity, new() =>
        ChangeAsync(EntityOperation.Upsert(Name, entity, mode), cancellationToken);

    /// <summary>Deletes an entity. That there is none is an answer with the status 404, not an exception.</summary>
    /// <exception cref="RequestFailedException">412 when it has another version.</exception>
    public async Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        using var message = Message(EntityOperation.Delete(Name, partitionKey, rowKey, ifMatch));
        var response = await SendAsync(message, cancellationToken);
        return response.IsError && response.Status != 404 ? throw TableFailure.Of(response) : response;
    }

    /// <summary>Reads one entity.</summary>
    /// <exception cref="RequestFailedException">The service failed.</exception>
    public async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : TableEntity, new()
    {
        using var message = Message(new(RequestMethod.Get, EntityOperation.PathOf(Name, partitionKey, rowKey), null, null));
        Select(message.Request.Uri, select);
        var response = await SendAsync(message, cancellationToken);
        if (response.Status == 404)
            return new MissingEntity<T>(response);
        using var json = JsonDocument.Parse(Successful(response).Content);
        return Response.FromValue(TableEntityJson.Read<T>(json.RootElement), response);
    }

    /// <summary>Reads the entities that match, in order of partition and row key.</summary>
    /// <param name="filter">An OData filter; every entity when null.</param>
    /// <param name="maxPerPage">The most in a page, 1 to 1000; the default is 1000.</param>
    /// <param name="select">The properties to read; all when null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestFailedException">The service failed, or there is no such table.</exception>
    public AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : TableEntity, new() =>
        new EntityPages<T>(
            (continuation, hint, cancellation) => ReadPageAsync<T>(filter, hint ?? maxPerPage, select, continuation, cancellation),
            cancellationToken);

    /// <summary>Makes all changes, or none.</summary>
    /// <param name="transactionActions">1 to 100, all in one partition, none of the same entity.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer to each action.</returns>
    /// <exception cref="TableTransactionFailedException">One action was refused.</exception>
    /// <exception cref="RequestFailedException">The service failed.</exception>
    /// <exception cref="ArgumentException">The request would have more than 4 MiB.</exception>
    public async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        using var message = Message(new(
            RequestMethod.Post,
            "$batch",
            null,
            TransactionRequest.Write(_service, transactionActions.Select(action => EntityOperation.Of(Name, action)))));
        message.Request.Headers.SetValue("Content-Type", TransactionRequest.ContentType);
        var response = Successful(await SendAsync(message, cancellationToken));
        var answers = TransactionResponse.Read(response);
        if (answers.Find(answer => answer.IsError) is not { } refused)
            return Response.FromValue<IReadOnlyList<Response>>(answers, response);
        var failure = TableFailure.Of(refused);
        throw new TableTransactionFailedException(failure, TransactionResponse.FailedIndex(failure.Message));
    }

    private async Task<Response> ChangeAsync(EntityOperation operation, CancellationToken cancellation)
    {
        using var message = Message(operation);
        return Successful(await SendAsync(message, cancellation));
    }

    private async Task<Page<T>> ReadPageAsync<T>(
        string? filter, int? top, IEnumerable<string>? select, string? continuation, CancellationToken cancellation)
        where T : TableEntity, new()
    {
        using var message = Message(new(RequestMethod.Get, $"{Name}()", null, null));
        var uri = message.Request.Uri;
        if (filter is not null)
            uri.AppendQuery("$filter", filter);
        if (top is { } most)
            uri.AppendQuery("$top", most.ToString(CultureInfo.InvariantCulture));
        Select(uri, select);
        QueryContinuation.Write(uri, continuation);
        var response = Successful(await SendAsync(message, cancellation));
        using var json = JsonDocument.Parse(response.Content);
        var entities = json.RootElement.GetProperty("value").EnumerateArray().Select(TableEntityJson.Read<T>).ToList();
        return Page<T>.FromValues(entities, QueryContinuation.Read(response), response);
    }

    private HttpMessage Message(EntityOperation operation)
    {
        var message = _pipeline.CreateMessage();
        var request = message.Request;
        request.Method = operation.Method;
        request.Uri.Reset(_service);
        request.Uri.AppendPath(operation.Path, escape: false);
        request.Headers.SetValue("x-ms-version", TableClientOptions.ServiceVersion);
        request.Headers.SetValue("DataServiceVersion", "3.0");
        request.Headers.SetValue("Accept", "application/json;odata=minimalmetadata");
        if (operation.IfMatch is { } ifMatch)
            request.Headers.SetValue("If-Match", ifMatch.ToString());
        if (operation.Json is not { } json)
            return message;
        request.Headers.SetValue("Prefer", "return-no-content");
        request.Headers.SetValue("Content-Type", "application/json");
        request.Content = RequestContent.Create(json);
        return message;
    }

    private static void Select(RequestUriBuilder uri, IEnumerable<string>? select)
    {
        if (select is not null)
            uri.AppendQuery("$select", string.Join(',', select));
    }

    private async Task<Response> SendAsync(HttpMessage message, CancellationToken cancellation)
    {
        await _pipeline.SendAsync(message, cancellation);
        return message.Response;
    }

    private static Response Successful(Response response) => response.IsError ? throw TableFailure.Of(response) : response;
}
