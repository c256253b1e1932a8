using System.Text.Json;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Backups;

namespace ControlPlane.Infra.Postgres;

/// <summary>A backup on disk: the folder that <c>pg_dump</c> writes, and what it leaves out.</summary>
internal sealed class BackupFolder(string path)
{
    private const string FrameName = "database.json";
    private const string DumpName = "dump";
    private readonly HashedFolder _files = new(path);

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>The dump of a whole backup.</summary>
    public string Dump => _files.PathOf(DumpName);

    /// <summary>The dump of one that is being made.</summary>
    public string NewDump => _files.NewPathOf(DumpName);

    /// <inheritdoc cref="HashedFolder.IsComplete"/>
    public bool IsComplete => _files.IsComplete;

    /// <inheritdoc cref="HashedFolder.Begin"/>
    public Task BeginAsync(DatabaseFrame frame, CancellationToken cancellation)
    {
        _files.Begin();
        return File.WriteAllTextAsync(_files.NewPathOf(FrameName), JsonSerializer.Serialize(frame), cancellation);
    }

    /// <inheritdoc cref="HashedFolder.RemoveUnfinished"/>
    public void RemoveUnfinished() => _files.RemoveUnfinished();

    /// <inheritdoc cref="HashedFolder.FinishAsync"/>
    public Task<Backup> FinishAsync(CancellationToken cancellation) => _files.FinishAsync(cancellation);

    /// <inheritdoc cref="HashedFolder.VerifyAsync"/>
    public Task<Backup> VerifyAsync(CancellationToken cancellation) => _files.VerifyAsync(cancellation);

    /// <summary>What the dump leaves out.</summary>
    public async Task<DatabaseFrame> ReadFrameAsync(CancellationToken cancellation) =>
        JsonSerializer.Deserialize<DatabaseFrame>(await File.ReadAllTextAsync(_files.PathOf(FrameName), cancellation))
        ?? throw new DatabaseFailedException($"The backup in {path} does not say what kind of database it is of.");
}
