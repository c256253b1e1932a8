namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>A table of the account.</summary>
/// <param name="name">Its name.</param>
public sealed class TableItem(string name)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;
}
