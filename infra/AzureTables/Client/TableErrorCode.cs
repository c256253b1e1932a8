namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>
/// Values of <see cref="Azure.RequestFailedException.ErrorCode"/>.
/// Source: learn.microsoft.com/rest/api/storageservices/table-service-error-codes.
/// </summary>
public static class TableErrorCode
{
    /// <summary>An entity to be inserted is there already (409).</summary>
    public const string EntityAlreadyExists = "EntityAlreadyExists";

    /// <summary>No such entity (404).</summary>
    public const string ResourceNotFound = "ResourceNotFound";

    /// <summary>A table to be created is there already (409).</summary>
    public const string TableAlreadyExists = "TableAlreadyExists";

    /// <summary>The table is being deleted and its name cannot be used yet (409).</summary>
    public const string TableBeingDeleted = "TableBeingDeleted";

    /// <summary>No such table (404).</summary>
    public const string TableNotFound = "TableNotFound";

    /// <summary>The ETag in If-Match is not the entity's (412).</summary>
    public const string UpdateConditionNotSatisfied = "UpdateConditionNotSatisfied";
}
