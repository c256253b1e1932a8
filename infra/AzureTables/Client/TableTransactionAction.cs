using Azure;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>One action of a transaction.</summary>
/// <param name="actionType">What it does.</param>
/// <param name="entity">The entity; for a deletion only its keys matter.</param>
/// <param name="etag">The ETag that the entity must still have; any when left out. Only updates and deletions look at it.</param>
public sealed class TableTransactionAction(TableTransactionActionType actionType, TableEntity entity, ETag etag = default)
{
    /// <summary>What it does.</summary>
    public TableTransactionActionType ActionType { get; } = actionType;

    /// <summary>The entity.</summary>
    public TableEntity Entity { get; } = entity;

    /// <summary>The ETag that the entity must still have.</summary>
    public ETag ETag { get; } = etag;
}
