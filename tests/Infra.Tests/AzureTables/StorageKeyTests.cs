using System.Text;
using ControlPlane.Infra.AzureTables;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Infra.Tests.AzureTables;

public sealed class StorageKeyTests
{
    // The forbidden characters, those before them, the digits that stand for them, and both ends of every range.
    private static readonly string[] Pieces =
    [
        "\u0001", "\t", "\u001F", " ", "!", "\"", "#", "$", "%", "&", "'", ".", "/", "0", "1", "2", ">", "?", "@", "[", "\\", "]", "a", "~",
        "\u007F", "\u0085", "\u009F", "\u00A0", "\u00C0", "\u00E0", "\u00E1", "\u4E00", "\u4E01", "\u6E00", "\u6E01", "\uD7FE", "\uD7FF",
        "\uE000", "\uFFFD", "\uFFFF", "😀", "\U0010FFFF",
    ];

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(5000);

    private static Gen<string> Texts => Gen.Elements(Pieces).ArrayOf().Select(string.Concat);

    private static Arbitrary<string> Keys => Texts.ToArbitrary();

    // Two keys that begin alike, or chance would hardly ever bring the pieces that matter to the same place.
    private static Arbitrary<(string One, string Other)> Pairs =>
        Gen.Resize(Texts, 3).SelectMany(start => Texts.Two().Select(ends => (start + ends.Item1, start + ends.Item2))).ToArbitrary();

    [Fact]
    public void Unescape_Escaped_GivesTheKeyBack() =>
        Check.One(Thorough, Prop.ForAll(Keys, key => StorageKey.Unescape(StorageKey.Escape(key)) == key));

    [Fact]
    public void Escape_AnyKey_HoldsNothingForbiddenAndIsAtMostTwiceAsLong() => Check.One(Thorough, Prop.ForAll(Keys, key =>
    {
        var escaped = StorageKey.Escape(key);
        return escaped.All(character => !char.IsControl(character) && !@"/\#?%".Contains(character, StringComparison.Ordinal))
            && escaped.Length <= 2 * key.Length;
    }));

    [Fact]
    public void Escape_TwoKeys_KeepsTheirOrderByCodePointHoweverTheServiceCompares() => Check.One(Thorough, Prop.ForAll(Pairs, pair =>
    {
        var (first, second) = (StorageKey.Escape(pair.One), StorageKey.Escape(pair.Other));
        var expected = Math.Sign(CompareCodePoints(pair.One, pair.Other));
        return Math.Sign(string.CompareOrdinal(first, second)) == expected && Math.Sign(CompareCodePoints(first, second)) == expected;
    }));

    [Theory]
    [InlineData("name/job-1", "name.1job-1")]
    [InlineData("db.1", "db.01")]
    [InlineData("plain_KEY-42", "plain_KEY-42")]
    public void Escape_UsualKey_StaysReadable(string key, string escaped) => Assert.Equal(escaped, StorageKey.Escape(key));

    // UTF-8 sorts as code points do, and it is how SQLite compares.
    private static int CompareCodePoints(string one, string other) =>
        Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
}
