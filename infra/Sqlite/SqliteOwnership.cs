namespace ControlPlane.Infra.Sqlite;

/// <summary>
/// Makes a process the owner of a state file by a lock on a file beside it. The system gives the lock up when the
/// process ends, however it ends.
/// </summary>
internal static class SqliteOwnership
{
    // The errors that a held lock gives: EAGAIN on Linux, EWOULDBLOCK on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    public static FileStream Take(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var ownership = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            CreateForOwnerOnly(path);
            return ownership;
        }
        catch (IOException exception) when (Held.Contains(exception.HResult))
        {
            throw new StateInUseException(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateUnwritableException(path, exception);
        }
    }

    // It may come to hold what only its owner should read. SQLite gives the files beside it the same mode.
    private static void CreateForOwnerOnly(string path)
    {
        if (File.Exists(path))
            return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var created = new FileStream(path, options);
    }
}
