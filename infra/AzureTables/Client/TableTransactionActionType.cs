namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>What one action of a transaction does.</summary>
public enum TableTransactionActionType
{
    /// <summary>Writes an entity that must not exist.</summary>
    Add = 0,

    /// <summary>Merges into an entity that must exist.</summary>
    UpdateMerge = 1,

    /// <summary>Replaces an entity that must exist.</summary>
    UpdateReplace = 2,

    /// <summary>Deletes an entity that must exist.</summary>
    Delete = 3,

    /// <summary>Merges into an entity, or adds it.</summary>
    UpsertMerge = 4,

    /// <summary>Replaces an entity, or adds it.</summary>
    UpsertReplace = 5,
}
