using ControlPlane.Core.Databases;

namespace ControlPlane.Core.Tests.Databases;

public sealed class WriteCountsTests
{
    private static readonly WriteCounts Before = Counts("noon", new("1", 7));

    [Fact]
    public void ShowsNoWriteTo_SameNumberOfSameTable_IsTrueAlsoForNone()
    {
        Assert.True(Counts("noon", new("1", 7)).ShowsNoWriteTo("t", Before));
        Assert.True(Counts("noon", new("1", 0)).ShowsNoWriteTo("t", Counts("noon", new("1", 0))));
    }

    [Theory]
    [InlineData("noon", "1", 8)]
    [InlineData("noon", "2", 7)]
    [InlineData("one", "1", 7)]
    public void ShowsNoWriteTo_AnotherNumberStorageOrBeginning_IsFalse(string since, string storage, long rows) =>
        Assert.False(Counts(since, new(storage, rows)).ShowsNoWriteTo("t", Before));

    [Fact]
    public void ShowsNoWriteTo_TableOnOneSideOnly_IsFalse()
    {
        Assert.False(Counts("noon", new("1", 7)).ShowsNoWriteTo("other", Before));
        Assert.False(new WriteCounts("noon", new Dictionary<string, TableWrites>()).ShowsNoWriteTo("t", Before));
        Assert.False(Before.ShowsNoWriteTo("t", new WriteCounts("noon", new Dictionary<string, TableWrites>())));
    }

    private static WriteCounts Counts(string since, TableWrites writes) => new(since, new Dictionary<string, TableWrites> { ["t"] = writes });
}
