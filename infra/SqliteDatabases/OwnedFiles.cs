using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// The database files that are made here. One is made under another name and takes its own when it is whole. A file beside
/// it says that it was made here, and which it was: it is there first, and says nothing of another file that has the name later.
/// </summary>
internal static class OwnedFiles
{
    private const string Mark = "made by controlplane: file ";

    // What SQLite keeps beside a database. A journal without its database would be played into the next one of that name.
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    /// <summary>The name of a file that is being made.</summary>
    public static string Unfinished(string file) => file + "~new";

    /// <summary>Whether there is anything of a database of that name.</summary>
    public static bool Exists(string file) => File.Exists(file) || Companions.Any(companion => File.Exists(file + companion));

    /// <summary>Makes room: removes what an earlier call has made, whole or not.</summary>
    /// <exception cref="DatabaseFailedException">There is one that was not made here.</exception>
    public static void Clear(string file)
    {
        Drop(file);
        if (Exists(file))
            throw NotOurs(file);
        DeleteAll(Unfinished(file));
    }

    /// <summary>Gives a whole file its name.</summary>
    /// <exception cref="DatabaseFailedException">Another has that name by now.</exception>
    public static void Finish(string file)
    {
        // Made anew, and not written into what is there: that could be a link to elsewhere.
        File.Delete(MarkOf(file));
        using (var mark = new StreamWriter(new FileStream(MarkOf(file), FileMode.CreateNew, FileAccess.Write)))
            mark.Write(Mark + FileFacts.Of(Unfinished(file)).Identity);
        Disk.Flush(MarkOf(file));
        Disk.RenameToFree(Unfinished(file), file);
        Disk.Flush(Path.GetDirectoryName(file)!);
    }

    /// <summary>Removes one that was made here. Does nothing when there is none.</summary>
    /// <exception cref="DatabaseFailedException">It was not made here.</exception>
    public static void Drop(string file)
    {
        var isMarked = File.Exists(MarkOf(file));
        if (File.Exists(file) && !(isMarked && File.ReadAllText(MarkOf(file)) == Mark + FileFacts.Of(file).Identity))
            throw NotOurs(file);
        if (!isMarked)
            return;
        DeleteAll(file);
        File.Delete(MarkOf(file));
    }

    /// <summary>Removes a database that is not finished.</summary>
    public static void DropUnfinished(string file) => DeleteAll(Unfinished(file));

    private static string MarkOf(string file) => file + ".made-by";

    private static DatabaseFailedException NotOurs(string file) => new($"{file} was not made by the control plane, so it is left as it is.");

    /// <summary>The file goes last: as long as it is there, the mark knows what the others belong to.</summary>
    private static void DeleteAll(string file)
    {
        foreach (var companion in Companions)
            File.Delete(file + companion);
        File.Delete(file);
    }
}
