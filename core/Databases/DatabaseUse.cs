namespace ControlPlane.Core.Databases;

/// <summary>Where the engines of a group keep their data.</summary>
/// <param name="Server">The name of the database server.</param>
/// <param name="Name">The database that the group begins with; after an upgrade the group's row says which.</param>
/// <param name="Owner">The role that owns what is in it; means nothing for a file.</param>
public sealed record DatabaseUse(string Server, string Name, string Owner)
{
    /// <summary>The account of one epoch. A name is never used for two epochs.</summary>
    /// <remarks>Names on PostgreSQL have at most 63 bytes, so the database's name is limited to 40 characters.</remarks>
    public string AccountOf(long epoch) => $"{Name}_app_{epoch}";

    /// <summary>The account of one epoch that may only read.</summary>
    public string ReaderOf(long epoch) => $"{Name}_read_{epoch}";

    /// <summary>The name of the copy that is made for an epoch.</summary>
    public string CopyFor(long epoch) => $"{Name}_e{epoch}";
}
