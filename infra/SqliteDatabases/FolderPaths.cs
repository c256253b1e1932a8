using ControlPlane.Core.Databases;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// What is where: a database <c>shop</c> is the file <c>shop.db</c>, and its account <c>shop_app_1</c> the link
/// <c>access/shop_app_1.db</c> to it. No name leads out of the folder.
/// </summary>
internal sealed class FolderPaths(string folder)
{
    private const string Extension = ".db";

    /// <summary>The folder of the databases.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The folder of the accounts.</summary>
    public string Access => Path.Combine(Folder, "access");

    /// <summary>The file of a database, which may not be there.</summary>
    public string OfDatabase(string database) => Path.Combine(Folder, Checked(database) + Extension);

    /// <summary>The path by which an account opens its database.</summary>
    public string OfAccount(string account) => Path.Combine(Access, Checked(account) + Extension);

    /// <summary>What an account's link says, so that the folder can be moved.</summary>
    public static string LinkTo(string database) => $"../{Checked(database)}{Extension}";

    /// <summary>The file of a database that is there.</summary>
    /// <exception cref="DatabaseFailedException">There is none, or it is no file itself.</exception>
    public string Require(string database)
    {
        var file = OfDatabase(database);
        if (!File.Exists(file))
            throw new DatabaseFailedException($"There is no database {database}: the file {file} is not there.");
        return new FileInfo(file).LinkTarget is null ? file : throw new DatabaseFailedException($"{file} is a link. Put the database's file itself there.");
    }

    private static string Checked(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? name
        : throw new DatabaseFailedException($"\"{name}\" is no name for a file here. It may have ASCII letters, digits and underscores.");
}
