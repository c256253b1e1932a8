using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>A folder of databases that engines on this machine keep in one SQLite file each. It is no server, but stands behind the same port.</summary>
public sealed class SqliteFolder : IDatabaseServer
{
    /// <summary>What addresses of such databases begin with.</summary>
    public const string Kind = "sqlite";

    private readonly FolderPaths _paths;

    /// <summary>Makes one; nothing is looked at yet.</summary>
    /// <param name="name">The name that monitors refer to.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock of all waits.</param>
    public SqliteFolder(string name, string folder, TimeProvider time)
    {
        _paths = new FolderPaths(folder);
        Name = name;
        Copies = new FileCopies(_paths);
        Fence = new FileFence(_paths, time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public DatabaseAddress Address => new(Kind, _paths.Folder, 0);

    /// <inheritdoc/>
    public IDatabaseFence Fence { get; }

    /// <inheritdoc/>
    public IDatabaseCopies Copies { get; }

    /// <summary>None: a file cannot follow another.</summary>
    public IDatabaseReplication? Replication => null;

    /// <inheritdoc/>
    public Task<DatabaseInspection> InspectAsync(string database, CancellationToken cancellation) => FileInspection.ReadAsync(_paths, database, cancellation);

    /// <inheritdoc/>
    public Task<DatabaseManifest> DescribeAsync(string database, DescribeOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var file = _paths.Require(database);
        return FileTurns.RunAsync(file, () => FileManifest.Read(file, order.Except, cancellation), cancellation);
    }

    /// <summary>Nobody counts what is written to a file.</summary>
    public Task<WriteCounts?> CountWritesAsync(string database, CancellationToken cancellation) =>
        Task.FromResult<WriteCounts?>(null);
}
