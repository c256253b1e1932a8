namespace ControlPlane.Core.Databases;

/// <summary>Backups and copies of databases.</summary>
public interface IDatabaseCopies
{
    /// <summary>Writes a backup into a folder, with a manifest of the hash of each file. Begins anew over what an earlier call left unfinished.</summary>
    Task<Backup> BackUpAsync(string database, string folder, IProgress<CopyProgress> progress, CancellationToken cancellation);

    /// <summary>Checks a backup's files against its manifest, and makes a new database of it.</summary>
    /// <exception cref="DatabaseFailedException">A file is missing or has changed, or there is a database of that name that was not made here.</exception>
    Task RestoreAsync(string folder, string database, IProgress<CopyProgress> progress, CancellationToken cancellation);

    /// <summary>Makes a copy. Nobody may write to the original meanwhile. Begins anew over what an earlier call left unfinished.</summary>
    /// <exception cref="DatabaseFailedException">It failed, or there is a database of that name that was not made here.</exception>
    Task CopyAsync(CopyOrder order, IProgress<CopyProgress> progress, CancellationToken cancellation);

    /// <summary>
    /// Gathers what the server has to know of a copy's tables to find its way through them quickly. Does nothing where it needs
    /// nothing, or a copy takes it along.
    /// </summary>
    /// <param name="database">The copy.</param>
    /// <param name="workers">How many tables at once, from 1.</param>
    /// <param name="cancellation">Gives up.</param>
    Task GatherStatisticsAsync(string database, int workers, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Whether there is a database of that name, whoever has made it.</summary>
    Task<bool> ExistsAsync(string database, CancellationToken cancellation);

    /// <summary>Drops a database that was made here. Does nothing when there is none.</summary>
    /// <exception cref="DatabaseFailedException">It was not made here.</exception>
    Task DropAsync(string database, CancellationToken cancellation);
}

/// <summary>A copy to make.</summary>
/// <param name="From">The original.</param>
/// <param name="To">The copy's name.</param>
/// <param name="Method">How.</param>
/// <param name="Workers">How many tables at once, from 1, where the method can.</param>
public sealed record CopyOrder(string From, string To, CopyMethod Method, int Workers);

/// <summary>How a copy is made.</summary>
public enum CopyMethod
{
    /// <summary>File by file by the server itself: the fastest, and nobody may use the original meanwhile, not even to read.</summary>
    Template,

    /// <summary>A dump that is restored: slower, and the original may be read.</summary>
    Dump,
}

/// <summary>How far a copy has got.</summary>
/// <param name="Done">Bytes that are there; an estimate.</param>
/// <param name="Total">Bytes in all; an estimate.</param>
public sealed record CopyProgress(long Done, long Total);

/// <summary>A backup that was made.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Bytes">How big.</param>
/// <param name="Files">How many files.</param>
/// <param name="Hash">SHA-256 of its manifest, hexadecimal: it stands for all of it.</param>
public sealed record Backup(string Folder, long Bytes, int Files, string Hash);
