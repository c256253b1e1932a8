using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Sqlite;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// Counts and hashes of a database in a file, as it was at one moment. The tables behind a virtual one are tables like
/// others; itself it has no rows. What SQLite keeps for itself, such as statistics, is left out.
/// </summary>
internal static class FileManifest
{
    private const string OwnTables = @"name NOT LIKE 'sqlite\_%' ESCAPE '\'";

    /// <summary>Reads it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="except">Tables to leave out.</param>
    /// <param name="cancellation">Gives up.</param>
    public static DatabaseManifest Read(string file, IReadOnlyCollection<string> except, CancellationToken cancellation)
    {
        using var session = SqliteSession.Open(file, SqliteOpenMode.ReadWrite);
        session.Execute("BEGIN");
        var names = session.Query($"SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND {OwnTables}", row => row.GetString(0));
        var manifest = new DatabaseManifest
        {
            Tables = names.Where(name => !except.Contains(name)).ToDictionary(name => name, name => ReadTable(session, name, cancellation), StringComparer.Ordinal),
            Sequences = ReadSequences(session),
            SchemaHash = HashSchema(session),
            // Whoever may open the file may do everything.
            GrantsHash = "",
        };
        session.Execute("COMMIT");
        return manifest;
    }

    private static TableFigures ReadTable(SqliteSession session, string name, CancellationToken cancellation)
    {
        var sum = new RowSum();
        session.Query($"SELECT * FROM \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", row => sum.Add(row, cancellation));
        return new TableFigures(sum.Rows, sum.Hash.ToString(CultureInfo.InvariantCulture));
    }

    private static Dictionary<string, long> ReadSequences(SqliteSession session) =>
        session.Number("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'") is null
            ? []
            : session.Query(
                "SELECT name, max(seq) FROM sqlite_sequence WHERE typeof(name) = 'text' AND typeof(seq) = 'integer' GROUP BY name", row => (row.GetString(0), row.GetInt64(1)))
                .ToDictionary(row => row.Item1, row => row.Item2, StringComparer.Ordinal);

    private static string HashSchema(SqliteSession session)
    {
        var lines = session.Query(
            @"SELECT quote(type) || quote(name) || quote(tbl_name) || quote(sql) FROM sqlite_master WHERE name NOT LIKE 'sqlite\_stat%' ESCAPE '\'", row => row.GetString(0));
        foreach (var pragma in (ReadOnlySpan<string>)["user_version", "application_id", "encoding"])
            lines.AddRange(session.Query($"PRAGMA {pragma}", row => $"{pragma} {row.GetValue(0)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines.Order(StringComparer.Ordinal)))));
    }
}
