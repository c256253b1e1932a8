using System.Text.Json;
using ControlPlane.Core.Backends;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Backends;

public sealed class TagSetTests
{
    private static readonly Arbitrary<string[]> Lists = Gen.Elements("a", "b", "B", " c ", "d e", "é", "a-1").NonEmptyListOf()
        .Select(tags => tags.ToArray()).ToArbitrary();

    [Fact]
    public void Parse_BlanksAndDoubles_AreOneSortedSet()
    {
        var tags = TagSet.Parse("tag", " read, group1 ,read,Group1").Value;

        Assert.Equal(["Group1", "group1", "read"], tags);
        Assert.Equal("Group1,group1,read", tags.ToString());
        Assert.Equal(3, tags.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(",")]
    [InlineData("a,,b")]
    [InlineData("a,")]
    [InlineData(",a")]
    public void Parse_EmptyTag_NamesTheFieldAndTheFix(string list)
    {
        var error = Assert.Single(TagSet.Parse("tag", list).Problem!.Errors);

        Assert.Equal("tag", error.Field);
        Assert.Equal("holds an empty tag. Give one or more tags, separated by single commas, such as \"group1,read\".", error.Message);
    }

    [Fact]
    public void Create_NoTags_IsRefused() =>
        Assert.Contains("empty tag", TagSet.Create("tags", []).Problem!.Detail, StringComparison.Ordinal);

    [Fact]
    public void Create_NullAmongTheTags_IsAnEmptyTag() =>
        Assert.Contains("empty tag", TagSet.Create("tags", ["a", null!]).Problem!.Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("a,b")]
    [InlineData("a\nb")]
    [InlineData("a\u0000b")]
    public void Create_CommaOrControlCharacterInsideATag_IsRefused(string tag) =>
        Assert.Contains("comma or a control character", TagSet.Create("tags", [tag]).Problem!.Detail, StringComparison.Ordinal);

    [Fact]
    public void Create_AtTheLimits_IsAllowedAndOneMoreIsNot()
    {
        var longest = new string('x', TagSet.MaxLength);
        var most = Enumerable.Range(0, TagSet.MaxTags).Select(number => $"t{number}").ToArray();

        Assert.Equal(longest, Assert.Single(TagSet.Create("tags", [longest]).Value));
        Assert.Equal(TagSet.MaxTags, TagSet.Create("tags", most).Value.Count);
        Assert.Equal("tags: holds a tag of 129 characters. At most 128 are allowed.", TagSet.Create("tags", [longest + "x"]).Problem!.Detail);
        Assert.Equal("tags: holds 65 tags. At most 64 are allowed.", TagSet.Create("tags", [.. most, "one-more"]).Problem!.Detail);
    }

    [Fact]
    public void Contains_OtherCase_IsAnotherTag()
    {
        var tags = TagSet.Parse("tag", "group1").Value;

        Assert.True(tags.Contains("group1"));
        Assert.False(tags.Contains("Group1"));
        Assert.False(tags.Contains("group"));
    }

    [Fact]
    public void Create_AnyOrder_GivesAnEqualSet() =>
        Prop.ForAll(Lists, tags =>
        {
            var one = TagSet.Create("tags", tags).Value;
            var other = TagSet.Create("tags", tags.Reverse().Concat(tags)).Value;

            return one.Equals(other) && one.GetHashCode() == other.GetHashCode() && one.ToString() == other.ToString();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_WhatASetPrints_GivesTheSetBack() =>
        Prop.ForAll(Lists, tags =>
        {
            var set = TagSet.Create("tags", tags).Value;

            return TagSet.Parse("tags", set.ToString()).Value.Equals(set);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Overlaps_TwoSets_MeansThatOneTagIsInBoth() =>
        Prop.ForAll(Lists, Lists, (left, right) =>
        {
            var one = TagSet.Create("tags", left).Value;
            var other = TagSet.Create("tags", right).Value;

            return one.Overlaps(other) == one.Intersect(other).Any() && one.Overlaps(other) == other.Overlaps(one);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Union_TwoSets_HoldsExactlyTheTagsOfBoth() =>
        Prop.ForAll(Lists, Lists, (left, right) =>
        {
            var one = TagSet.Create("tags", left).Value;
            var other = TagSet.Create("tags", right).Value;

            return one.Union(other).Value.SequenceEqual(one.Concat(other).Distinct().Order(StringComparer.Ordinal));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equals_AnythingElse_IsFalse()
    {
        var tags = TagSet.Parse("tag", "a").Value;

        Assert.False(tags.Equals(null));
        Assert.False(tags.Equals((object)"a"));
        Assert.False(tags.Equals(TagSet.Parse("tag", "a,b").Value));
    }

    [Fact]
    public void Json_ASet_IsAnArrayBothWays()
    {
        var tags = TagSet.Parse("tag", "b,a").Value;

        var json = JsonSerializer.Serialize(tags);

        Assert.Equal("""["a","b"]""", json);
        Assert.Equal(tags, JsonSerializer.Deserialize<TagSet>(json));
    }

    [Theory]
    [InlineData("\"a\"")]
    [InlineData("""["a",1]""")]
    [InlineData("""["a",null]""")]
    [InlineData("""["a",["b"]]""")]
    public void Json_NoArrayOfStrings_SaysWhatIsWanted(string json)
    {
        var failure = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TagSet>(json));

        Assert.Contains("must be an array of strings", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_BadTag_SaysWhatIsWrong()
    {
        var failure = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TagSet>("""["a,b"]"""));

        Assert.Contains("holds a comma", failure.Message, StringComparison.Ordinal);
    }
}
