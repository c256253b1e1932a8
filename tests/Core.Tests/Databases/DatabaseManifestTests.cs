using ControlPlane.Core.Databases;

namespace ControlPlane.Core.Tests.Databases;

public sealed class DatabaseManifestTests
{
    private static readonly DatabaseManifest One = new()
    {
        Tables = new Dictionary<string, TableFigures> { ["public.a"] = new(3, "17"), ["public.b"] = new(0, "0") },
        Sequences = new Dictionary<string, long> { ["public.ids"] = 9 },
        SchemaHash = "aa",
        GrantsHash = "bb",
    };

    [Fact]
    public void DifferencesTo_Equal_AreNone()
    {
        var copy = One with { Tables = new Dictionary<string, TableFigures>(One.Tables) };

        Assert.Empty(One.DifferencesTo(copy));
        Assert.Equal(3, One.Rows);
    }

    [Theory]
    [InlineData("public.a", 3, "18", "table public.a has 3 rows with hash 17 and in the copy 3 rows with hash 18")]
    [InlineData("public.a", 2, "17", "table public.a has 3 rows with hash 17 and in the copy 2 rows with hash 17")]
    [InlineData("public.c", 1, "5", "table public.c is only in the copy")]
    public void DifferencesTo_OneTableDiffers_NamesIt(string table, long rows, string hash, string expected)
    {
        var copy = One with { Tables = new Dictionary<string, TableFigures>(One.Tables) { [table] = new(rows, hash) } };

        Assert.Equal([expected], One.DifferencesTo(copy));
    }

    [Fact]
    public void DifferencesTo_TableMissing_NamesIt() => Assert.Equal(
        ["table public.b is missing from the copy"],
        One.DifferencesTo(One with { Tables = new Dictionary<string, TableFigures> { ["public.a"] = new(3, "17") } }));

    [Fact]
    public void DifferencesTo_SequenceSchemaAndGrantsDiffer_NamesEach()
    {
        var copy = One with { Sequences = new Dictionary<string, long> { ["public.ids"] = 8 }, SchemaHash = "ab", GrantsHash = "bc" };

        Assert.Equal(
            ["sequence public.ids has 9 and in the copy 8", "the definitions differ", "owners or grants differ"], One.DifferencesTo(copy));
    }
}
