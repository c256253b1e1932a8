using System.Security.Cryptography;

namespace SqlEngine.Sqlite;

/// <summary>
/// A folder in memory (/dev/shm, or the temporary folder where there is none) that goes with the process.
/// SQLite's own in-memory databases let one connection run at a time; a file in memory lets them run in parallel.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private const string Prefix = "sql-engine-";
    private const string LockName = "lock";

    private readonly FileStream _lock;

    private PrivateFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public static PrivateFolder Create()
    {
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        DeleteAbandoned(root);
        // 128 random bits: nobody else picks the name, so the folder is new and the mode is its own.
        var path = System.IO.Path.Combine(root, Prefix + RandomNumberGenerator.GetHexString(32, lowercase: true));
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new PrivateFolder(path, Hold(path, FileMode.CreateNew));
    }

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    // A killed engine cannot clean up: the next one does. A living engine holds the lock in its folder.
    private static void DeleteAbandoned(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, Prefix + "*"))
        {
            try
            {
                using (Hold(folder, FileMode.Open))
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception held) when (held is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }
    }

    private static FileStream Hold(string folder, FileMode mode) =>
        new(System.IO.Path.Combine(folder, LockName), mode, FileAccess.ReadWrite, FileShare.None);
}
