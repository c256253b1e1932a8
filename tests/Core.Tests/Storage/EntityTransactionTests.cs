using ControlPlane.Core.Storage;

namespace ControlPlane.Core.Tests.Storage;

public sealed class EntityTransactionTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void ThrowIfNone_Changes_AreOneToAHundred(int count, bool isTransaction)
    {
        List<EntityChange> changes = [.. Enumerable.Range(0, count).Select(number => new EntityChange.Upsert($"row-{number}", "1"))];

        var failure = Record.Exception(() => EntityTransaction.ThrowIfNone("p", changes));

        Assert.Equal(isTransaction, failure is null);
    }

    [Fact]
    public void ThrowIfNone_RowNamedTwice_SaysWhich()
    {
        EntityChange[] changes = [new EntityChange.Add("a", "1"), new EntityChange.Delete("a", null)];

        var failure = Assert.Throws<ArgumentException>(() => EntityTransaction.ThrowIfNone("p", changes));

        Assert.StartsWith("The row 'a' is named twice.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\0b", "row")]
    [InlineData("p", "a\0b")]
    public void ThrowIfNone_KeyThatNoStoreCanHold_Throws(string partition, string row) =>
        Assert.Throws<ArgumentException>(() => EntityTransaction.ThrowIfNone(partition, [new EntityChange.Upsert(row, "1")]));
}
