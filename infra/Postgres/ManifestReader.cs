using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// Counts and hashes of a database. A table's hash is the sum of its rows' hashes, so neither the order of rows nor the
/// division into chunks matters.
/// </summary>
internal sealed class ManifestReader(AdminSessions sessions)
{
    /// <summary>Reads a database as it was at one moment.</summary>
    /// <param name="database">The database.</param>
    /// <param name="order">How, and what to leave out.</param>
    /// <param name="pages">How many pages a chunk has.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<DatabaseManifest> ReadAsync(string database, DescribeOrder order, long pages, CancellationToken cancellation)
    {
        using var moment = await HeldSession.OpenAsync(sessions.Settings(database, sessions.Options.CopyLimit), cancellation);
        var snapshot = await moment.RunAsync(Workers.BeginMoment, cancellation);
        var all = await moment.RunAsync(connection => TableChunk.Divide(connection, pages), cancellation);
        var chunks = all.Where(chunk => !order.Except.Contains(chunk.Table));
        var figures = new ConcurrentBag<(string Table, long Rows, BigInteger Hash)>();
        await Workers.RunAsync(
            sessions,
            database,
            snapshot,
            order.Workers,
            chunks,
            () => new MemoryStream(),
            (connection, _, chunk) => figures.Add(Read(connection, chunk.Table, From(chunk))),
            cancellation);
        return await moment.RunAsync(connection => Describe(connection, figures), cancellation);
    }

    private static string From(TableChunk chunk) => $"ONLY {chunk.Table} r WHERE {chunk.Condition}";

    private static DatabaseManifest Describe(PgConnection connection, IEnumerable<(string Table, long Rows, BigInteger Hash)> figures)
    {
        var objects = Read(connection, "large objects", "pg_largeobject r");
        return new DatabaseManifest
        {
            Tables = (objects.Rows > 0 ? figures.Append(objects) : figures).GroupBy(one => one.Table).ToDictionary(
                table => table.Key,
                table => new TableFigures(
                    table.Sum(one => one.Rows), table.Aggregate(BigInteger.Zero, (sum, one) => sum + one.Hash).ToString(CultureInfo.InvariantCulture))),
            Sequences = Sequences.ReadNext(connection),
            SchemaHash = Definitions.HashSchema(connection),
            GrantsHash = Definitions.HashGrants(connection),
        };
    }

    private static (string Table, long Rows, BigInteger Hash) Read(PgConnection connection, string table, string from)
    {
        var row = connection.Execute($"SELECT count(*), coalesce(sum(hashtextextended((ROW(r.*)::text) COLLATE \"C\", 0)::numeric), 0) FROM {from}").Rows[0];
        return (table, long.Parse(row[0]!, CultureInfo.InvariantCulture), BigInteger.Parse(row[1]!, CultureInfo.InvariantCulture));
    }
}
