namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>What becomes of the properties that a written entity does not name.</summary>
public enum TableUpdateMode
{
    /// <summary>They stay as they are.</summary>
    Merge = 0,

    /// <summary>They are removed.</summary>
    Replace = 1,
}
