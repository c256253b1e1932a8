using ControlPlane.Core.Databases;
using Microsoft.Win32.SafeHandles;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>What has to be certain of files: that a name changes at once, and that what was written outlives a crash.</summary>
internal static class Disk
{
    // Flags of open(2) and renameat2(2); the same on all of Linux.
    private const int ForReading = 0;
    private const int NotInherited = 0x80000;
    private const int NeverWaiting = 0x800;
    private const uint NeverOverIt = 1;
    private const uint Exchanging = 2;

    /// <summary>Gives a file, link or folder another name, over what has that name.</summary>
    public static void Rename(string from, string to) => Rename(from, to, 0);

    /// <summary>Gives a file another name, which nothing may have.</summary>
    public static void RenameToFree(string from, string to) => Rename(from, to, NeverOverIt);

    /// <summary>Two names change places in one moment, whatever they are names of.</summary>
    public static void Exchange(string one, string other) => Rename(one, other, Exchanging);

    /// <summary>Opens a file, a folder too, without any lock. Does not wait for another's lease.</summary>
    /// <returns>An invalid handle when it cannot.</returns>
    public static SafeFileHandle Open(string path) => new(LibC.Open(path, ForReading | NotInherited | NeverWaiting), ownsHandle: true);

    /// <summary>Waits until what was written to a file, or the names in a folder, are on the disk.</summary>
    public static void Flush(string path)
    {
        using var file = Open(path);
        if (file.IsInvalid || LibC.Flush(file) != 0)
            throw Failure($"{path} cannot be brought to the disk");
    }

    /// <summary>What a call of the system's failed with.</summary>
    public static DatabaseFailedException Failure(string what) => new($"{what}: {LibC.ErrorText}.");

    private static void Rename(string from, string to, uint flags)
    {
        if (LibC.Rename(LibC.CurrentFolder, from, LibC.CurrentFolder, to, flags) != 0)
            throw Failure($"{from} cannot become {to}");
    }
}
