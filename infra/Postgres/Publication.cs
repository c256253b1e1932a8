using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// What a database sends to the one that follows it. A follower of an older version has no place for the tables and columns that
/// a migration has added, and would stop at the first row that has one: it is sent what both have. Source: PostgreSQL, 31.4 (column lists).
/// </summary>
internal static class Publication
{
    /// <summary>The columns that hold values of their own, by table, and whether changes need them to say which row is meant.</summary>
    private const string Columns = $"""
        SELECT format('%I.%I', n.nspname, c.relname), a.attname,
               c.relreplident = 'f' OR EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)
                                               AND (c.relreplident = 'd' AND i.indisprimary OR c.relreplident = 'i' AND i.indisreplident))
        FROM pg_attribute a, {TableChunk.Tables} AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        ORDER BY 1, a.attnum
        """;

    /// <summary>Makes one of everything that a database has.</summary>
    public static void OfAll(PgConnection connection, string name) => connection.Execute($"CREATE PUBLICATION {Identifier(name)} FOR ALL TABLES");

    /// <summary>Makes one of what a follower has, too.</summary>
    /// <param name="connection">A session in the database that is followed.</param>
    /// <param name="name">The publication's name.</param>
    /// <param name="known">The follower's columns, from <see cref="ReadColumns"/>.</param>
    /// <exception cref="DatabaseFailedException">Rows of a table cannot be told apart by the columns that both have.</exception>
    public static void OfKnown(PgConnection connection, string name, ILookup<string, PublishedColumn> known)
    {
        var own = ReadColumns(connection);
        var tables = own.Where(table => known.Contains(table.Key)).Select(table => Describe(table, [.. known[table.Key].Select(column => column.Name)])).ToList();
        connection.Execute($"CREATE PUBLICATION {Identifier(name)}{(tables.Count > 0 ? $" FOR TABLE {string.Join(", ", tables)}" : "")}");
    }

    /// <summary>The columns of each table.</summary>
    public static ILookup<string, PublishedColumn> ReadColumns(PgConnection connection) =>
        connection.Execute(Columns).Rows.ToLookup(row => row[0]!, row => new PublishedColumn(row[1]!, row[2] == "t"));

    private static string Describe(IGrouping<string, PublishedColumn> table, HashSet<string> known)
    {
        if (table.All(column => known.Contains(column.Name)))
            return $"ONLY {table.Key}";
        if (table.FirstOrDefault(column => column.IsKey && !known.Contains(column.Name)) is { } key)
            throw new DatabaseFailedException($"rows of {table.Key} are told apart by its column {key.Name}, which the follower does not have");
        return $"ONLY {table.Key} ({string.Join(", ", table.Where(column => known.Contains(column.Name)).Select(column => Identifier(column.Name)))})";
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsKey">Whether changes need it to say which row is meant.</param>
internal sealed record PublishedColumn(string Name, bool IsKey);
