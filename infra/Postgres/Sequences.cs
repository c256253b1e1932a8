using System.Globalization;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>Where the sequences of a database stand.</summary>
internal static class Sequences
{
    /// <summary>Each with its last value, and whether that has been given out.</summary>
    public static IReadOnlyList<(string Name, string Last, string IsCalled)> Read(PgConnection connection) =>
        [.. Names(connection).Select(name =>
        {
            var row = connection.Execute($"SELECT last_value, is_called FROM {name}").Rows[0];
            return (name, row[0]!, row[1]!);
        })];

    /// <summary>Sets them.</summary>
    public static void Write(PgConnection connection, IReadOnlyList<(string Name, string Last, string IsCalled)> sequences)
    {
        foreach (var (name, last, isCalled) in sequences)
            connection.Query("SELECT setval($1::regclass, $2, $3)", name, last, isCalled);
    }

    /// <summary>The value that each gives out next, or its last one when that is the end of its type.</summary>
    public static IReadOnlyDictionary<string, long> ReadNext(PgConnection connection) =>
        Names(connection).ToDictionary(name => name, name => long.Parse(
            connection.Execute($"""
                SELECT least(greatest(s.last_value::numeric + CASE WHEN s.is_called THEN q.seqincrement ELSE 0 END, -9223372036854775808), 9223372036854775807)
                FROM {name} s, pg_sequence q WHERE q.seqrelid = {Literal(name)}::regclass
                """).Scalar!,
            CultureInfo.InvariantCulture));

    private static string[] Names(PgConnection connection) =>
        [.. connection.Execute("""
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'S' AND n.nspname !~ '^pg_(toast|temp)' ORDER BY 1
            """).Rows.Select(row => row[0]!)];
}
