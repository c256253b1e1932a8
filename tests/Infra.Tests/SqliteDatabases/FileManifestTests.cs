using ControlPlane.Core.Databases;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Tests.SqliteDatabases;

/// <summary>What a file holds, in figures.</summary>
public sealed class FileManifestTests : IDisposable
{
    private readonly FileLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Describe_EveryKindOfTable_IsCounted()
    {
        var use = _lab.CreateDatabase();

        var manifest = await DescribeAsync(use.Name);

        Assert.Equal((100, 300, 100, 6), (manifest.Tables["customers"].Rows, manifest.Tables["orders"].Rows, manifest.Tables["pairs"].Rows, manifest.Tables["Odd \"na'me"].Rows));
        Assert.Equal(2, manifest.Tables["words_content"].Rows);
        Assert.DoesNotContain("words", manifest.Tables.Keys);
        Assert.DoesNotContain(manifest.Tables.Keys, name => name.StartsWith("sqlite_", StringComparison.Ordinal));
        Assert.Equal([KeyValuePair.Create("customers", 100L)], manifest.Sequences);
    }

    [Fact]
    public async Task Describe_ValuesOfOtherTypes_AllDiffer()
    {
        string[] values = ["1", "1.0", "'1'", "x'31'", "NULL", "''", "x''", "'1' || char(0)", "-1", "0.1 + 0.2", "0.3"];
        var hashes = new List<string>();
        foreach (var value in values)
        {
            var name = $"typed{hashes.Count}";
            _lab.CreateDatabase();
            _lab.Execute(name, $"CREATE TABLE t (v); INSERT INTO t VALUES ({value})");
            hashes.Add((await DescribeAsync(name)).Tables["t"].Hash);
        }

        Assert.Equal(values.Length, hashes.Distinct().Count());
    }

    [Theory]
    [InlineData("UPDATE sqlite_sequence SET seq = 999", "sequence")]
    [InlineData("PRAGMA user_version = 8", "definitions")]
    [InlineData("PRAGMA application_id = 8", "definitions")]
    [InlineData("ALTER TABLE customers ADD COLUMN more", "definitions")]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END", "definitions")]
    [InlineData("UPDATE \"Odd \"\"na'me\" SET v = 1 WHERE typeof(v) = 'text' AND v = '1'", "Odd")]
    [InlineData("UPDATE pairs SET c = '' WHERE b = 3", "pairs")]
    [InlineData("INSERT INTO words VALUES ('four')", "words_")]
    public async Task Describe_OneThingChanged_IsSeen(string sql, string seen)
    {
        var use = _lab.CreateDatabase();
        var before = await DescribeAsync(use.Name);

        _lab.Execute(use.Name, sql);

        Assert.Contains(before.DifferencesTo(await DescribeAsync(use.Name)), one => one.Contains(seen, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Describe_AnalyzedAndVacuumed_IsTheSame()
    {
        var use = _lab.CreateDatabase();
        var before = await DescribeAsync(use.Name);

        _lab.Execute(use.Name, "ANALYZE; DELETE FROM pairs; INSERT INTO pairs SELECT name, id, NULL FROM customers ORDER BY id DESC; VACUUM");

        Assert.Empty(before.DifferencesTo(await DescribeAsync(use.Name)));
    }

    /// <summary>Rows of any values: their order does not matter, and each change does.</summary>
    [Fact]
    public void Describe_RandomRows_OrderDoesNotMatterAndEachChangeDoes()
    {
        _lab.CreateDatabase();
        using var connection = FileLab.Open(_lab.FileOf("random"), SqliteOpenMode.ReadWriteCreate);
        FileLab.Execute(connection, "CREATE TABLE t (a, b)");
        var values = Gen.Elements("NULL", "''", "'a'", "x'00'", "0", "-1", "1.5", "9223372036854775807", "'0'", "zeroblob(9)");
        var rows = Gen.Zip(values, values).NonEmptyListOf();

        Prop.ForAll(rows.ToArbitrary(), list =>
        {
            var whole = Fill(list.Select(row => $"({row.Item1}, {row.Item2})"));
            var reordered = Fill(list.AsEnumerable().Reverse().Select(row => $"({row.Item1}, {row.Item2})"));
            var changed = Fill([.. list.Skip(1).Select(row => $"({row.Item1}, {row.Item2})"), "('other', 1)"]);
            return whole == reordered && whole.Rows == list.Count && whole.Hash != changed.Hash;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

        TableFigures Fill(IEnumerable<string> wanted)
        {
            FileLab.Execute(connection, $"DELETE FROM t; INSERT INTO t VALUES {string.Join(", ", wanted)}");
            return DescribeAsync("random").GetAwaiter().GetResult().Tables["t"];
        }
    }

    private Task<DatabaseManifest> DescribeAsync(string database) => _lab.Server.DescribeAsync(database, new DescribeOrder(1, []), default);
}
