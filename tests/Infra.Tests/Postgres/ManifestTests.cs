using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres;
using ControlPlane.Infra.Postgres.Client;
using ControlPlane.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>What a database holds, in figures.</summary>
[Collection(PostgresLab.Collection)]
public sealed class ManifestTests(PostgresLab lab)
{
    [PostgresFact]
    public async Task Describe_OneRowChanged_NamesTheTable()
    {
        var (use, before) = await DescribedAsync();

        lab.Execute(use.Name, "UPDATE orders SET amount = amount + 0.01 WHERE id = 150");

        var difference = Assert.Single(before.DifferencesTo(await DescribeAsync(use.Name)));
        Assert.Contains("public.orders", difference);
    }

    [PostgresFact]
    public async Task Describe_SequenceDefinitionGrantOrOwner_EachIsSeen()
    {
        var (use, before) = await DescribedAsync();

        foreach (var (change, undo, seen) in (ReadOnlySpan<(string, string, string)>)
        [
            ("SELECT setval('orders_id_seq', 999)", "SELECT setval('orders_id_seq', 300)", "sequence"),
            ("ALTER TABLE orders ALTER amount SET NOT NULL", "ALTER TABLE orders ALTER amount DROP NOT NULL", "definitions"),
            ("CREATE INDEX extra ON orders (at)", "DROP INDEX extra", "definitions"),
            ("CREATE OR REPLACE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT i * 3'", "CREATE OR REPLACE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT i * 2'", "definitions"),
            ("ALTER TABLE customers ALTER name SET DEFAULT 'x'", "ALTER TABLE customers ALTER name DROP DEFAULT", "definitions"),
            ("GRANT SELECT ON orders TO PUBLIC", "REVOKE SELECT ON orders FROM PUBLIC", "grants"),
            ("ALTER FUNCTION twice OWNER TO postgres", $"ALTER FUNCTION twice OWNER TO {use.Owner}", "grants"),
        ])
        {
            lab.Execute(use.Name, change);
            Assert.Contains(seen, Assert.Single(before.DifferencesTo(Describe(use.Name))));
            lab.Execute(use.Name, undo);
            Assert.Empty(before.DifferencesTo(Describe(use.Name)));
        }
    }

    [PostgresFact]
    public async Task Describe_AccountsOfEpochs_AreLeftOut()
    {
        var use = lab.CreateDatabase();
        await lab.Server.Fence.AdmitAsync(use.Name, use.Owner, new(use.AccountOf(1), "p"), default);
        var before = await DescribeAsync(use.Name);

        await lab.Server.Fence.AdmitAsync(use.Name, use.Owner, new(use.ReaderOf(1), "p") { IsReadOnly = true }, default);
        await lab.Server.Fence.AdmitAsync(use.Name, use.Owner, new(use.AccountOf(2), "p"), default);

        Assert.Empty(before.DifferencesTo(await DescribeAsync(use.Name)));
    }

    [PostgresFact]
    public async Task Describe_SettingsOfTheDatabase_DoNotMatter()
    {
        var (use, before) = await DescribedAsync();

        lab.Execute("postgres", $"""
            ALTER DATABASE "{use.Name}" SET timezone = 'Asia/Tokyo'; ALTER DATABASE "{use.Name}" SET datestyle = 'German'; ALTER DATABASE "{use.Name}" SET extra_float_digits = -5;
            ALTER DATABASE "{use.Name}" SET bytea_output = 'escape'; ALTER DATABASE "{use.Name}" SET search_path = public; ALTER DATABASE "{use.Name}" SET quote_all_identifiers = on
            """);

        Assert.Empty(before.DifferencesTo(await DescribeAsync(use.Name)));
    }

    /// <summary>Whatever the rows, neither the size of chunks nor the number of workers nor the order matters, and each single change does.</summary>
    [PostgresFact]
    public void Describe_RandomRows_ChunksDoNotMatterAndEachChangeDoes()
    {
        var use = lab.CreateDatabase();
        var reader = new ManifestReader(new AdminSessions(lab.Options));
        using var connection = lab.Open(use.Name, new("postgres", lab.Options.AdminPassword!));
        connection.Execute("CREATE TABLE random (a text, b double precision, c bytea)");
        var rows = (from size in Gen.Choose(1, 400) from width in Gen.Choose(0, 700) from seed in Gen.Choose(1, 1000) from chosen in Gen.Choose(0, size - 1) select (size, width, seed, chosen)).ToArbitrary();

        Prop.ForAll(rows, row =>
        {
            Fill(connection, row.size, row.width, row.seed, "i");
            var whole = Read(1, TableChunk.DefaultPages);
            var chunked = Read(2, 1 + row.seed % 5);
            connection.Execute($"UPDATE random SET b = b + 1e-9 WHERE ctid = (SELECT ctid FROM random ORDER BY ctid OFFSET {row.chosen} LIMIT 1)");
            var changed = Read(2, 2);
            Fill(connection, row.size, row.width, row.seed, "-i");
            var reordered = Read(1, 3);
            return whole == chunked && whole == reordered && whole.Rows == row.size && changed.Rows == row.size && changed.Hash != whole.Hash;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

        TableFigures Read(int workers, long pages) => reader.ReadAsync(use.Name, new DescribeOrder(workers, []), pages, default).GetAwaiter().GetResult().Tables["public.random"];
    }

    [Fact]
    public void Divide_AnyTable_EachPageIsInOneChunk() =>
        Prop.ForAll(Gen.Choose(0, 1000).ToArbitrary(), Gen.Choose(1, 300).ToArbitrary(), (size, pages) =>
        {
            var chunks = TableChunk.Divide("t", size, pages).ToList();
            return chunks[0].FromPage == 0 && chunks[^1].ToPage is null && chunks.SkipLast(1).Zip(chunks.Skip(1)).All(pair => pair.First.ToPage == pair.Second.FromPage)
                && chunks.All(chunk => (chunk.ToPage ?? Math.Max(size, chunk.FromPage)) - chunk.FromPage <= pages);
        }).QuickCheckThrowOnFailure();

    private static void Fill(PgConnection connection, int size, int width, int seed, string order) => connection.Execute($"""
        TRUNCATE random;
        INSERT INTO random SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE repeat(md5((i * {seed})::text), {width} / 32) END, i * 0.1, decode(md5((i + {seed})::text), 'hex')
        FROM generate_series(1, {size}) i ORDER BY {order}
        """);

    private async Task<(DatabaseUse Use, DatabaseManifest Manifest)> DescribedAsync()
    {
        var use = lab.CreateDatabase();
        return (use, await DescribeAsync(use.Name));
    }

    private DatabaseManifest Describe(string database) => DescribeAsync(database).GetAwaiter().GetResult();

    private Task<DatabaseManifest> DescribeAsync(string database) => lab.Server.DescribeAsync(database, new DescribeOrder(2, []), default);
}
