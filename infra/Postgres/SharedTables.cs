using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// What two databases have in common when one has been changed since: a subscriber refuses columns that it does not have.
/// Source: PostgreSQL, 31.4 Column Lists.
/// </summary>
internal static class SharedTables
{
    private const string Columns = $"""
        SELECT format('%I.%I', n.nspname, c.relname), a.attname,
               c.relreplident = 'f' OR EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)
                 AND (c.relreplident = 'd' AND i.indisprimary OR c.relreplident = 'i' AND i.indisreplident))
        FROM pg_attribute a
        JOIN (SELECT c.oid, c.relname, c.relnamespace, c.relreplident FROM {TableChunk.Tables} AND c.relpersistence = 'p') c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY 1, a.attnum
        """;

    /// <summary>The columns of all tables, in order.</summary>
    public static IReadOnlyList<TableColumn> Read(PgConnection connection) =>
        [.. connection.Execute(Columns).Rows.Select(row => new TableColumn(row[0]!, row[1]!, row[2] == "t"))];

    /// <summary>What a publication names: the tables of both, each with the columns of both.</summary>
    /// <param name="from">The columns of the database that publishes.</param>
    /// <param name="to">The columns of the database that follows.</param>
    /// <exception cref="DatabaseFailedException">Of a table's key, some is missing there: without it no change can be told.</exception>
    public static string Describe(IReadOnlyList<TableColumn> from, IReadOnlyList<TableColumn> to)
    {
        var there = to.ToLookup(column => column.Table, column => column.Name);
        var tables = from.GroupBy(column => column.Table).Where(table => there.Contains(table.Key))
            .Select(table => Describe(table.Key, [.. table], [.. there[table.Key]])).ToList();
        return tables.Count == 0 ? "" : $"FOR TABLE {string.Join(", ", tables)}";
    }

    private static string Describe(string table, IReadOnlyList<TableColumn> columns, IReadOnlyCollection<string> there)
    {
        var shared = columns.Where(column => there.Contains(column.Name)).ToList();
        if (shared.Count == columns.Count)
            return table;
        if (columns.FirstOrDefault(column => column.IsKey && !there.Contains(column.Name)) is { } missing)
            throw new DatabaseFailedException($"The table {table} has the key column {missing.Name} on one side only.");
        return $"{table} ({string.Join(", ", shared.Select(column => Identifier(column.Name)))})";
    }
}

/// <summary>A column.</summary>
/// <param name="Table">The table with its schema, in quotes where these are needed.</param>
/// <param name="Name">The column's name.</param>
/// <param name="IsKey">Whether changed and deleted rows are told by it.</param>
internal sealed record TableColumn(string Table, string Name, bool IsKey);
