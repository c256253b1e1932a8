using Azure;
using Azure.Core;
using ControlPlane.Core.Storage;
using ControlPlane.Infra.AzureTables.Client;

namespace ControlPlane.Infra.AzureTables;

/// <summary>
/// Rows with ETags in Azure Table Storage. Storage tables are made on first use. A row holds at most 1 MiB, counted in
/// UTF-16; a larger one is refused with an <see cref="ArgumentException"/>.
/// </summary>
public sealed class AzureTableEntityStore : IEntityStore, IDisposable
{
    private readonly AzureTableStoreOptions _options;
    private readonly StorageMetrics _metrics = new();
    private readonly TableServiceClient _service;

    /// <summary>Opens the store. Nothing is sent yet.</summary>
    /// <param name="connect">
    /// Makes the client with the given options, to which a transport may be added: they carry the retries that a commit
    /// relies on.
    /// </param>
    /// <param name="options">How the account is used.</param>
    /// <param name="time">The clock of signatures and retries.</param>
    public AzureTableEntityStore(Func<TableClientOptions, TableServiceClient> connect, AzureTableStoreOptions options, TimeProvider time)
    {
        _options = options;
        var client = new TableClientOptions { Time = time, RetryPolicy = new StorageRetryPolicy(options, time) };
        client.Retry.NetworkTimeout = options.TryTimeout;
        client.AddPolicy(_metrics, HttpPipelinePosition.PerRetry);
        _service = connect(client);
    }

    /// <inheritdoc/>
    public async Task<Entity?> GetAsync(string table, string partition, string row, CancellationToken cancellation = default)
    {
        var client = Table(table);
        if (!EntityKey.IsStorable(partition) || !EntityKey.IsStorable(row))
            return null;
        var found = await client.GetEntityIfExistsAsync<TableEntity>(
            StorageKey.Escape(partition), StorageKey.Escape(row), cancellationToken: cancellation);
        return found.HasValue ? StoredEntity.Read(found.Value!) : null;
    }

    /// <inheritdoc/>
    public async Task<EntityPage> QueryAsync(string table, EntityQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Top, EntityQuery.MaxPageSize);
        try
        {
            var page = await Table(table)
                .QueryAsync<TableEntity>(StorageFilter.Of(query), query.Top, cancellationToken: cancellation)
                .AsPages(query.Continuation)
                .FirstAsync(cancellation);
            return new([.. page.Values.Select(StoredEntity.Read)], page.ContinuationToken);
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == TableErrorCode.TableNotFound)
        {
            return new([], null);
        }
        catch (RequestFailedException failure) when (failure.Status == 400 && query.Continuation is not null)
        {
            throw new ArgumentException("This continuation was not given out by this store.", nameof(query), failure);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A row is larger than 1 MiB, or all together than 4 MiB.</exception>
    public async Task<CommitResult> CommitAsync(
        string table, string partition, IReadOnlyList<EntityChange> changes, CancellationToken cancellation = default)
    {
        var client = Table(table);
        var transaction = StorageTransaction.Of(_options.NewTransactionId(), partition, changes);
        try
        {
            return await StorageCommit.RunAsync(client, transaction, cancellation);
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == TableErrorCode.TableNotFound)
        {
            await client.CreateIfNotExistsAsync(cancellation);
            return await StorageCommit.RunAsync(client, transaction, cancellation);
        }
    }

    /// <summary>Ends the measures. The store holds nothing else.</summary>
    public void Dispose() => _metrics.Dispose();

    private TableClient Table(string table) => _service.GetTableClient(StorageTableName.Of(_options.TablePrefix, table));
}
