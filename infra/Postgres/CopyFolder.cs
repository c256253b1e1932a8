namespace ControlPlane.Infra.Postgres;

/// <summary>A folder for what a copy needs on its way, for this user alone, and removed with all that is in it.</summary>
internal sealed class CopyFolder : IDisposable
{
    private static int _made;

    /// <summary>Makes one.</summary>
    public CopyFolder(PostgresOptions options)
    {
        if (options.WorkFolder is null)
            Path = Directory.CreateTempSubdirectory("controlplane-copy-").FullName;
        else
        {
            Directory.CreateDirectory(options.WorkFolder);
            Path = System.IO.Path.Combine(options.WorkFolder, $"copy-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}");
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Removes it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
