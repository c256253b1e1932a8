using System.Globalization;
using ControlPlane.Core.Databases;

namespace ControlPlane.Core.Tests.Databases;

public sealed class WriteMarkTests
{
    private static readonly WriteMark Mark = WriteMark.Of(Counts("noon", ("a", "1", 7), ("b", "2", 3)))!;

    [Fact]
    public void CountTo_SameTables_IsWhatWasWrittenSince()
    {
        Assert.Equal(0, Mark.CountTo(Counts("noon", ("b", "2", 3), ("a", "1", 7))));
        Assert.Equal(6, Mark.CountTo(Counts("noon", ("a", "1", 12), ("b", "2", 4))));
    }

    [Fact]
    public void CountTo_TableThatIsNew_CountsWithAllThatItHas() =>
        Assert.Equal(100, Mark.CountTo(Counts("noon", ("a", "1", 7), ("b", "2", 3), ("new", "9", 100))));

    [Fact]
    public void CountTo_TableDroppedEmptiedOrRenamed_IsNotKnown()
    {
        Assert.Null(Mark.CountTo(Counts("noon", ("a", "1", 700))));
        Assert.Null(Mark.CountTo(Counts("noon", ("a", "1", 700), ("b", "3", 3))));
        Assert.Null(Mark.CountTo(Counts("noon", ("a", "1", 700), ("c", "2", 3))));
    }

    [Fact]
    public void CountTo_CountedAnew_IsNotKnown() => Assert.Null(Mark.CountTo(Counts("one", ("a", "1", 700), ("b", "2", 3))));

    [Fact]
    public void CountTo_DatabaseThatHadNoTables_CountsAll() =>
        Assert.Equal(5, WriteMark.Of(Counts("noon"))!.CountTo(Counts("noon", ("a", "1", 5))));

    [Fact]
    public void Of_TooManyTables_IsNone()
    {
        Assert.NotNull(WriteMark.Of(Many(WriteMark.MostTables)));
        Assert.Null(WriteMark.Of(Many(WriteMark.MostTables + 1)));
    }

    private static WriteCounts Many(int tables) =>
        Counts("noon", [.. Enumerable.Range(0, tables).Select(number => (number.ToString(CultureInfo.InvariantCulture), "1", 1L))]);

    private static WriteCounts Counts(string since, params (string Name, string Storage, long Rows)[] tables) =>
        new(since, tables.ToDictionary(table => table.Name, table => new TableWrites(table.Storage, table.Rows)));
}
