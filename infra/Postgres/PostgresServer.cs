using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>A PostgreSQL server, from version 15 on.</summary>
public sealed class PostgresServer : IDatabaseServer
{
    private readonly PostgresOptions _options;
    private readonly AdminSessions _sessions;
    private readonly ClientProgram _programs;
    private readonly ManifestReader _manifests;

    /// <summary>Why no server can be spoken with from this machine; null when it can.</summary>
    public static string? Missing => LibPq.IsThere ? null : "PostgreSQL's library libpq.so.5 is not installed (Debian: libpq5)";

    /// <summary>Makes one; nothing is asked of the server yet.</summary>
    /// <param name="options">How it is reached.</param>
    /// <param name="time">The clock of all waits.</param>
    public PostgresServer(PostgresOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _sessions = new AdminSessions(options);
        _manifests = new ManifestReader(_sessions);
        _programs = new ClientProgram(options, time);
        var copies = new PostgresCopies(_sessions, _programs, Environment.ProcessorCount);
        Copies = copies;
        Fence = new PostgresFence(_sessions, time);
        Replication = new PostgresReplication(_sessions, copies, time);
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public DatabaseAddress Address => new("postgres", _options.Host, _options.Port);

    /// <inheritdoc/>
    public IDatabaseFence Fence { get; }

    /// <inheritdoc/>
    public IDatabaseCopies Copies { get; }

    /// <inheritdoc/>
    public IDatabaseReplication? Replication { get; }

    /// <inheritdoc/>
    public async Task<DatabaseInspection> InspectAsync(string database, CancellationToken cancellation)
    {
        var found = await _sessions.RunAsync(database, Inspection.Read, cancellation);
        return await _programs.FindObstacleAsync(found.Version, cancellation) is { } obstacle ? found with { Obstacles = [.. found.Obstacles, obstacle] } : found;
    }

    /// <inheritdoc/>
    public Task<DatabaseManifest> DescribeAsync(string database, DescribeOrder order, CancellationToken cancellation) =>
        _manifests.ReadAsync(database, order, TableChunk.DefaultPages, cancellation);

    /// <inheritdoc/>
    public Task<WriteCounts?> CountWritesAsync(string database, CancellationToken cancellation) =>
        _sessions.RunAsync(database, WriteCounters.Read, cancellation);
}
