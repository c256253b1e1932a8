using System.Globalization;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>A run of a table's pages: what one worker reads at a time.</summary>
/// <param name="Table">The table with its schema, in quotes where these are needed.</param>
/// <param name="FromPage">The first page.</param>
/// <param name="ToPage">The page after the last; null for all that follow.</param>
internal sealed record TableChunk(string Table, long FromPage, long? ToPage)
{
    /// <summary>16 MiB of pages of 8 KiB: small enough that all workers come to their end at about the same time.</summary>
    public const long DefaultPages = 2048;

    /// <summary>The tables that hold rows themselves: partitions, but not what is divided into them; no system's, no foreign ones.</summary>
    public const string Tables = """
        pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
        """;

    /// <summary>The condition on its rows. The server then reads only these pages (from PostgreSQL 14 on).</summary>
    public string Condition => ToPage is { } end
        ? $"ctid >= '({Number(FromPage)},0)'::tid AND ctid < '({Number(end)},0)'::tid"
        : $"ctid >= '({Number(FromPage)},0)'::tid";

    /// <summary>All tables in chunks, the largest tables first.</summary>
    /// <param name="connection">A session in the database.</param>
    /// <param name="pages">How many pages a chunk has.</param>
    public static IReadOnlyList<TableChunk> Divide(PgConnection connection, long pages)
    {
        var tables = connection.Execute($"""
            SELECT format('%I.%I', n.nspname, c.relname), pg_relation_size(c.oid, 'main') / current_setting('block_size')::int
            FROM {Tables} ORDER BY 2 DESC, 1
            """);
        return [.. tables.Rows.SelectMany(row => Divide(row[0]!, long.Parse(row[1]!, CultureInfo.InvariantCulture), pages))];
    }

    /// <summary>One table in chunks. The last has no end, so that nothing is left out of a table that grows.</summary>
    internal static IEnumerable<TableChunk> Divide(string table, long size, long pages)
    {
        var from = 0L;
        for (; from + pages < size; from += pages)
            yield return new TableChunk(table, from, from + pages);
        yield return new TableChunk(table, from, null);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
