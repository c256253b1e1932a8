using ControlPlane.Core.Storage;
using ControlPlane.Infra.AzureTables.Client;

namespace ControlPlane.Infra.AzureTables;

/// <summary>The changes of one commit as actions of the service, in the same order.</summary>
/// <param name="Id">Lies in each row that it writes, so that it can be recognized later.</param>
/// <param name="Actions">One for each change.</param>
internal sealed record StorageTransaction(string Id, IReadOnlyList<TableTransactionAction> Actions)
{
    /// <exception cref="ArgumentException">These changes are no transaction.</exception>
    public static StorageTransaction Of(string id, string partition, IReadOnlyList<EntityChange> changes)
    {
        EntityTransaction.ThrowIfNone(partition, changes);
        return new(id, [.. changes.Select(change => Action(id, partition, change))]);
    }

    private static TableTransactionAction Action(string id, string partition, EntityChange change) => change switch
    {
        EntityChange.Add add => new(TableTransactionActionType.Add, StoredEntity.Write(partition, add.Row, add.Body, id)),
        EntityChange.Replace replace => new(
            TableTransactionActionType.UpdateReplace,
            StoredEntity.Write(partition, replace.Row, replace.Body, id),
            StorageETag.Condition(replace.ETag)),
        EntityChange.Upsert upsert => new(
            TableTransactionActionType.UpsertReplace, StoredEntity.Write(partition, upsert.Row, upsert.Body, id)),
        EntityChange.Delete delete => new(
            TableTransactionActionType.Delete,
            new TableEntity(StorageKey.Escape(partition), StorageKey.Escape(delete.Row)),
            StorageETag.Condition(delete.ETag)),
        _ => throw new ArgumentException($"A change of kind {change.GetType().Name} is not known here.", nameof(change)),
    };
}
