using SQLitePCL;

namespace SqlEngine.Sqlite;

/// <summary>The name that Spark has for what a column holds.</summary>
internal static class ColumnType
{
    /// <param name="declared">The type in the table's definition; null for an expression.</param>
    /// <param name="valueType">SQLite's type of the first row's value.</param>
    public static string Of(string? declared, int valueType) => valueType switch
    {
        raw.SQLITE_INTEGER => "long",
        raw.SQLITE_FLOAT => "double",
        raw.SQLITE_BLOB => "binary",
        raw.SQLITE_TEXT => "string",
        _ => OfAffinity(declared ?? ""),
    };

    // The rules of sqlite.org/datatype3.html section 3.1, in their order.
    private static string OfAffinity(string declared)
    {
        if (Has("INT"))
            return "long";
        if (Has("CHAR") || Has("CLOB") || Has("TEXT") || declared.Length == 0)
            return "string";
        if (Has("BLOB"))
            return "binary";
        return "double";

        bool Has(string part) => declared.Contains(part, StringComparison.OrdinalIgnoreCase);
    }
}
