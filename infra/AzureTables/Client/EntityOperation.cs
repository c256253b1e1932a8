using Azure;
using Azure.Core;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>
/// One change of one entity as an HTTP request, whether it is sent alone or as a part of a transaction.
/// Source: learn.microsoft.com/rest/api/storageservices/operations-on-entities.
/// </summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Where, below the address of the service, percent-encoded.</param>
/// <param name="IfMatch">The condition; none when null.</param>
/// <param name="Json">The entity; none for a deletion.</param>
internal sealed record EntityOperation(RequestMethod Method, string Path, ETag? IfMatch, ReadOnlyMemory<byte>? Json)
{
    public static EntityOperation Of(string table, TableTransactionAction action) => action.ActionType switch
    {
        TableTransactionActionType.Add => Add(table, action.Entity),
        TableTransactionActionType.UpdateMerge => Update(table, action.Entity, action.ETag, TableUpdateMode.Merge),
        TableTransactionActionType.UpdateReplace => Update(table, action.Entity, action.ETag, TableUpdateMode.Replace),
        TableTransactionActionType.UpsertMerge => Upsert(table, action.Entity, TableUpdateMode.Merge),
        TableTransactionActionType.UpsertReplace => Upsert(table, action.Entity, TableUpdateMode.Replace),
        _ => Delete(table, action.Entity.PartitionKey, action.Entity.RowKey, action.ETag),
    };

    public static EntityOperation Add(string table, TableEntity entity) =>
        new(RequestMethod.Post, table, null, TableEntityJson.Write(entity));

    public static EntityOperation Update(string table, TableEntity entity, ETag ifMatch, TableUpdateMode mode) =>
        new(MethodOf(mode), PathOf(table, entity.PartitionKey, entity.RowKey), OrAny(ifMatch), TableEntityJson.Write(entity));

    public static EntityOperation Upsert(string table, TableEntity entity, TableUpdateMode mode) =>
        new(MethodOf(mode), PathOf(table, entity.PartitionKey, entity.RowKey), null, TableEntityJson.Write(entity));

    public static EntityOperation Delete(string table, string partitionKey, string rowKey, ETag ifMatch) =>
        new(RequestMethod.Delete, PathOf(table, partitionKey, rowKey), OrAny(ifMatch), null);

    public static string PathOf(string table, string partitionKey, string rowKey) =>
        $"{table}(PartitionKey='{Escape(partitionKey)}',RowKey='{Escape(rowKey)}')";

    // A quote within a key is doubled (OData), then everything is percent-encoded.
    private static string Escape(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));

    private static RequestMethod MethodOf(TableUpdateMode mode) =>
        mode == TableUpdateMode.Merge ? RequestMethod.Patch : RequestMethod.Put;

    // The service takes an update without If-Match for an upsert, and refuses such a deletion.
    private static ETag OrAny(ETag ifMatch) => ifMatch == default ? ETag.All : ifMatch;
}
