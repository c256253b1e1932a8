using System.Globalization;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// Fills a database with what another holds: definitions by <c>pg_dump</c>, then rows straight from table to table in the
/// server's binary form, several chunks at once, then indexes and keys by <c>pg_restore</c>. Nothing but definitions goes by disk.
/// </summary>
internal sealed class RowCopy(AdminSessions sessions, ClientProgram program)
{
    /// <summary>
    /// Whether everything in a database is rows of tables: large objects, and extensions that keep rows of their own, only
    /// <c>pg_dump</c> knows how to take along.
    /// </summary>
    public static bool CanCopy(PgConnection connection) => connection.Execute($"""
        SELECT NOT EXISTS (SELECT 1 FROM pg_largeobject_metadata)
           AND NOT EXISTS (SELECT 1 FROM pg_extension WHERE extconfig IS NOT NULL)
           AND NOT EXISTS (SELECT 1 FROM {TableChunk.Tables}
                           AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
        """).Scalar == "t";

    /// <summary>Fills an empty database.</summary>
    public async Task RunAsync(string from, string to, int workers, Action<long> onDone, CancellationToken cancellation)
    {
        using var folder = new CopyFolder(sessions.Options);
        using var moment = await HeldSession.OpenAsync(sessions.Settings(from, sessions.Options.CopyLimit), cancellation);
        var snapshot = await moment.RunAsync(Workers.BeginMoment, cancellation);
        var chunks = await moment.RunAsync(Read, cancellation);
        var file = Path.Combine(folder.Path, "definitions");
        string[] definitions = ["--section=pre-data", "--section=post-data", "--no-subscriptions"];
        await program.RunAsync("pg_dump", from, ["--format=custom", "--compress=0", .. definitions, $"--snapshot={snapshot}", $"--file={file}"], cancellation);
        await RestoreAsync(to, file, "pre-data", 1, cancellation);
        await FillAsync(from, to, snapshot, workers, chunks, onDone, cancellation);
        await CopySequencesAsync(from, to, cancellation);
        await RestoreAsync(to, file, "post-data", workers, cancellation);
    }

    /// <summary>Gives an empty database all the definitions of another, and no rows.</summary>
    public async Task CopyDefinitionsAsync(string from, string to, CancellationToken cancellation)
    {
        using var folder = new CopyFolder(sessions.Options);
        var file = Path.Combine(folder.Path, "definitions");
        await program.RunAsync("pg_dump", from, ["--format=custom", "--compress=0", "--schema-only", "--no-subscriptions", $"--file={file}"], cancellation);
        await program.RunAsync("pg_restore", to, ["--exit-on-error", $"--dbname={ConnectionText.Of(to)}", file], cancellation);
    }

    /// <summary>Sets the sequences of one database to those of another.</summary>
    public async Task CopySequencesAsync(string from, string to, CancellationToken cancellation)
    {
        var sequences = await sessions.RunAsync(from, Sequences.Read, cancellation);
        await sessions.RunAsync(to, connection => Sequences.Write(connection, sequences), cancellation);
    }

    private Task RestoreAsync(string database, string file, string section, int workers, CancellationToken cancellation) =>
        program.RunAsync(
            "pg_restore",
            database,
            [
                "--exit-on-error", $"--section={section}", $"--jobs={workers.ToString(CultureInfo.InvariantCulture)}",
                $"--dbname={ConnectionText.Of(database)}", file,
            ],
            cancellation);

    private async Task FillAsync(
        string from,
        string to,
        string snapshot,
        int workers,
        IReadOnlyList<(string Out, string In)> chunks,
        Action<long> onDone,
        CancellationToken cancellation)
    {
        var done = 0L;
        await Workers.RunAsync(
            sessions,
            from,
            snapshot,
            workers,
            chunks,
            () => PgConnection.Open(sessions.Settings(to, sessions.Options.CopyLimit)),
            (source, target, chunk) => source.Pump(chunk.Out, target, chunk.In, bytes => onDone(Interlocked.Add(ref done, bytes))),
            cancellation);
    }

    /// <summary>The two statements for each chunk.</summary>
    private static IReadOnlyList<(string Out, string In)> Read(PgConnection connection)
    {
        var columns = connection.Execute(Columns).Rows.GroupBy(row => row[0]!).ToDictionary(
            table => table.Key,
            table => (Names: string.Join(", ", table.Select(row => Identifier(row[1]!))), Format: table.All(row => row[2] == "t") ? "binary" : "text"));
        return [.. TableChunk.Divide(connection, TableChunk.DefaultPages).Where(chunk => columns.ContainsKey(chunk.Table)).Select(chunk =>
        {
            var (names, format) = columns[chunk.Table];
            return ($"COPY (SELECT {names} FROM ONLY {chunk.Table} WHERE {chunk.Condition}) TO STDOUT (FORMAT {format})",
                $"COPY {chunk.Table} ({names}) FROM STDIN (FORMAT {format})");
        })];
    }

    /// <summary>
    /// The columns to copy, and whether their binary form means the same in another database: that of regclass and its like is an
    /// OID, and of types that are made of others it cannot be seen here. Tables of extensions are filled by these themselves.
    /// </summary>
    private const string Columns = $"""
        SELECT format('%I.%I', n.nspname, c.relname), a.attname,
               t.typtype IN ('b', 'e') AND t.typsend <> 0 AND t.typreceive <> 0 AND t.typname !~ '^_?reg'
               AND (t.typelem = 0 OR EXISTS (SELECT 1 FROM pg_type e WHERE e.oid = t.typelem
                                             AND e.typtype IN ('b', 'e') AND e.typsend <> 0 AND e.typreceive <> 0))
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid, {TableChunk.Tables}
        AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1, a.attnum
        """;
}
