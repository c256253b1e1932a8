namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>Where the databases of shops are.</summary>
internal interface IStore
{
    /// <summary>All ids of a database, as often as they are there.</summary>
    Task<IReadOnlyList<string>> ReadIdsAsync(string database);

    /// <summary>What holds at the end of an upgrade: exactly one side is let in, and nothing is left of what came to nothing.</summary>
    Task CheckAsync(EndState end);
}
