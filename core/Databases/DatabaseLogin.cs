namespace ControlPlane.Core.Databases;

/// <summary>All that an engine needs to use its database.</summary>
public sealed record DatabaseLogin
{
    /// <summary>Where its server is.</summary>
    public required DatabaseAddress Address { get; init; }

    /// <summary>The database's name on that server.</summary>
    public required string Name { get; init; }

    /// <summary>The account that may write.</summary>
    public required DatabaseAccount Account { get; init; }

    /// <summary>The account that may only read, whose sessions outlive a fence; null when there is none.</summary>
    public DatabaseAccount? Reader { get; init; }

    /// <summary>The path by which <see cref="Account"/> opens it; null when it is on a server.</summary>
    public string? File { get; init; }

    /// <summary>Without passwords: it may stand in a log.</summary>
    public override string ToString() => $"{Address.Kind} {Name} at {Address} as {Account.Name}";
}
