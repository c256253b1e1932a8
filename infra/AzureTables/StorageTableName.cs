using System.Text.RegularExpressions;

namespace ControlPlane.Infra.AzureTables;

/// <summary>
/// Names of storage tables: a prefix and our own name. Upper case is refused, because the service takes two names that
/// differ only in case for the same table.
/// </summary>
internal static partial class StorageTableName
{
    /// <exception cref="ArgumentException">No table can be called so.</exception>
    public static string Of(string prefix, string table) => Allowed().IsMatch(table) && Whole().IsMatch(prefix + table)
        ? prefix + table
        : throw new ArgumentException(
            $"'{prefix}{table}' cannot name a storage table: it takes 3 to 63 letters and digits, the first a letter, ours in lower case.",
            nameof(table));

    [GeneratedRegex("^[a-z0-9]+\\z")]
    private static partial Regex Allowed();

    // Source: learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model.
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}\\z")]
    private static partial Regex Whole();
}
