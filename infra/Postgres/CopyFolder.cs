using System.Security.Cryptography;

namespace ControlPlane.Infra.Postgres;

/// <summary>A folder for what a copy needs on its way, for this user alone, and removed with all that is in it.</summary>
internal sealed class CopyFolder : IDisposable
{
    private const string Prefix = "copy-";

    /// <summary>Makes one. Its name is new: other processes have theirs beside it, and a number of a process comes again.</summary>
    public CopyFolder(PostgresOptions options)
    {
        if (options.WorkFolder is null)
            Path = Directory.CreateTempSubdirectory("controlplane-copy-").FullName;
        else
        {
            Directory.CreateDirectory(options.WorkFolder);
            Path = System.IO.Path.Combine(options.WorkFolder, Prefix + RandomNumberGenerator.GetHexString(16, lowercase: true));
            var made = Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            RemoveLeftovers(made, options.CopyLimit);
        }
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>What a process that was killed has left. Told by the clock of the disk, since others may write there too.</summary>
    private static void RemoveLeftovers(DirectoryInfo made, TimeSpan limit)
    {
        foreach (var other in made.Parent!.GetDirectories($"{Prefix}*").Where(other => made.LastWriteTimeUtc - other.LastWriteTimeUtc > 2 * limit))
        {
            try
            {
                other.Delete(recursive: true);
            }
            catch (IOException)
            {
                // Another process removes it as well.
            }
        }
    }

    /// <summary>Removes it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
