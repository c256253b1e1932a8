using ControlPlane.Core.Backends;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Monitors;

/// <summary>Where the engines of a group keep their data, as users say it, before any check.</summary>
public sealed record DatabaseSpec
{
    /// <summary>Names of accounts and copies are made from it, and a name on PostgreSQL has at most 63 bytes.</summary>
    private const int MaxName = 40;

    /// <summary>The name of a database server; required.</summary>
    public string? Server { get; init; }

    /// <summary>The name of the database there; required, 1 to 40 letters, digits and underscores, a letter first.</summary>
    public string? Name { get; init; }

    /// <summary>The role that owns what is in it; required, and means nothing for a database in a file.</summary>
    public string? Owner { get; init; }

    /// <summary>As users would say a database.</summary>
    public static DatabaseSpec From(DatabaseUse use)
    {
        ArgumentNullException.ThrowIfNull(use);
        return new() { Server = use.Server, Name = use.Name, Owner = use.Owner };
    }

    internal DatabaseUse Validate(FieldChecks at)
    {
        if (Name is not { Length: >= 1 and <= MaxName } || !char.IsAsciiLetter(Name[0]) || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            at.Refuse("name", $"must be 1 to {MaxName} ASCII letters, digits and underscores, a letter first: names of accounts are made from it.");
        return new DatabaseUse(
            at.Text("server", Server, ResourceName.MaxLength, "the name of a server in the file of --databases-file"), Name ?? "", at.Text("owner", Owner, 63, "the role that owns the tables"));
    }
}
