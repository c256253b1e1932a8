namespace ControlPlane.Core.Databases;

/// <summary>What an upgrade has to know of a database before it begins.</summary>
public sealed record DatabaseInspection
{
    /// <summary>The server's version, as it says it.</summary>
    public required string Version { get; init; }

    /// <summary>The size of the database in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>What stands against a copy or a fence, each with what to do: a prepared transaction, a transaction that runs for long.</summary>
    public IReadOnlyList<string> Obstacles { get; init; } = [];
}
