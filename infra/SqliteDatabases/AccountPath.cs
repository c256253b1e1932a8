using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// An account of a database in a file: a link to the file, or once it is shut out an empty folder of the same name. That
/// nobody can open as a database, root neither, and nobody can make a file in its place by opening it. One takes the place
/// of the other in one moment.
/// </summary>
internal static class AccountPath
{
    /// <summary>What is there.</summary>
    public static AccountState Look(string path) =>
        new FileInfo(path).LinkTarget is not null ? AccountState.Open
        : Directory.Exists(path) ? AccountState.Shut
        : File.Exists(path) ? throw new DatabaseFailedException($"{path} is a file that the control plane has not made. Move it away.")
        : AccountState.Missing;

    /// <summary>Makes it a link.</summary>
    public static void Open(string path, string target)
    {
        RemoveOne(Next(path));
        var state = Look(path);
        if (state == AccountState.Open && new FileInfo(path).LinkTarget == target)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(Next(path), target);
        Replace(path, isThere: state == AccountState.Shut);
    }

    /// <summary>Makes it a folder.</summary>
    public static void Shut(string path)
    {
        // What a crash left beside it may be a link, by which the database could still be opened.
        RemoveOne(Next(path));
        var state = Look(path);
        if (state == AccountState.Shut)
            return;
        Directory.CreateDirectory(Next(path));
        Replace(path, isThere: state == AccountState.Open);
    }

    /// <summary>Removes it; what is not made here stays.</summary>
    public static void Remove(string path)
    {
        RemoveOne(Next(path));
        RemoveOne(path);
    }

    private static void RemoveOne(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
            File.Delete(path);
        else if (Directory.Exists(path))
            Directory.Delete(path);
    }

    private static string Next(string path) => path + "~new";

    private static void Replace(string path, bool isThere)
    {
        if (isThere)
            Disk.Exchange(Next(path), path);
        else
            Disk.Rename(Next(path), path);
        RemoveOne(Next(path));
        Disk.Flush(Path.GetDirectoryName(path)!);
    }
}

/// <summary>What is at an account's path.</summary>
internal enum AccountState
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A link: it can use its database.</summary>
    Open,

    /// <summary>A folder: it cannot.</summary>
    Shut,
}
