using ControlPlane.Core.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Storage;

public sealed class EntityQueryTests
{
    private static readonly Gen<string> Keys = Gen.Elements('a', 'b', ':', '~', '\u0001', 'é', '\uffff').ArrayOf().Select(letters => new string(letters));

    [Fact]
    public void Prefix_AnyKey_IsWithinTheBoundsExactlyWhenItBeginsSo() =>
        Prop.ForAll(Keys.Where(prefix => prefix.Length > 0).ToArbitrary(), Keys.ToArbitrary(), (prefix, key) =>
        {
            var query = EntityQuery.Prefix("p", prefix);

            return new[] { key, prefix, prefix + key }.All(row => IsWithin(query, row) == row.StartsWith(prefix, StringComparison.Ordinal));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Prefix_Query_ReadsOnePartitionFromItsStart()
    {
        var query = EntityQuery.Prefix("demo", "instance:");

        Assert.Equal(("demo", "instance:", "instance;"), (query.Partition, query.From, query.Before));
        Assert.Equal(EntityQuery.MaxPageSize, query.Top);
        Assert.Null(query.Continuation);
    }

    [Fact]
    public void Prefix_Empty_IsRefused() => Assert.Throws<ArgumentException>(() => EntityQuery.Prefix("p", ""));

    private static bool IsWithin(EntityQuery query, string row) =>
        string.CompareOrdinal(row, query.From) >= 0 && (query.Before is null || string.CompareOrdinal(row, query.Before) < 0);
}
