namespace ControlPlane.Core.Databases;

/// <summary>
/// A server that holds databases of groups. Each call may come again after a crash, and finds what an earlier one has
/// done. What it makes it marks as its own, and it drops nothing else.
/// </summary>
/// <remarks>A managed server whose copies come from a point in time stands behind the same port.</remarks>
public interface IDatabaseServer
{
    /// <summary>The name that monitors refer to.</summary>
    string Name { get; }

    /// <summary>Where engines reach it.</summary>
    DatabaseAddress Address { get; }

    /// <summary>Accounts, and how they are kept from writing.</summary>
    IDatabaseFence Fence { get; }

    /// <summary>Backups and copies.</summary>
    IDatabaseCopies Copies { get; }

    /// <summary>Copies that follow their original; null when this server has no such thing, or is not set up for it.</summary>
    IDatabaseReplication? Replication { get; }

    /// <summary>What an upgrade has to know of a database before it begins.</summary>
    /// <exception cref="DatabaseFailedException">It cannot be reached, or there is no such database.</exception>
    Task<DatabaseInspection> InspectAsync(string database, CancellationToken cancellation);

    /// <summary>Counts and hashes of all that a database holds, in chunks, several at once.</summary>
    /// <param name="database">The database.</param>
    /// <param name="order">How, and what to leave out.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<DatabaseManifest> DescribeAsync(string database, DescribeOrder order, CancellationToken cancellation);

    /// <summary>
    /// How many rows of each table have been written; null when the server does not count them, or not reliably. What sessions
    /// that are still open have written a moment ago may be missing; of those that have ended nothing is.
    /// </summary>
    Task<WriteCounts?> CountWritesAsync(string database, CancellationToken cancellation);
}

/// <summary>How to describe a database.</summary>
/// <param name="Workers">How many chunks at once, from 1.</param>
/// <param name="Except">Tables whose rows need not be read; they are left out of the manifest.</param>
public sealed record DescribeOrder(int Workers, IReadOnlyCollection<string> Except);

/// <summary>Where engines reach a server.</summary>
/// <param name="Kind">What it speaks: <c>postgres</c>, <c>sqlite</c>.</param>
/// <param name="Host">A host name, an address, or the folder of a local socket or of the files.</param>
/// <param name="Port">The port; 0 where there is none.</param>
public sealed record DatabaseAddress(string Kind, string Host, int Port)
{
    /// <summary>Host and port.</summary>
    public override string ToString() => Port == 0 ? Host : $"{Host}:{Port}";
}

/// <summary>An account of an engine on a database server.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Password">Its password; a secret.</param>
public sealed record DatabaseAccount(string Name, string Password)
{
    /// <summary>Whether it may only read.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Without the password: it may stand in a log.</summary>
    public override string ToString() => Name;
}
