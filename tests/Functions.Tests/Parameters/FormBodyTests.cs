using System.Net;
using System.Text;
using ControlPlane.Functions.Router;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Parameters;

public class FormBodyTests
{
    private static readonly Gen<string> Values = Gen.OneOf(
        Gen.Elements("group1", "read,write", "", "a b", "1+1=2", "100%", "华东 组", "&=;#?", "é", "\u0000\r\n", "🚀"),
        Gen.ListOf(Gen.Choose(' ', 'ÿ')).Select(chars => string.Concat(chars.Select(c => (char)c))));

    private static readonly Arbitrary<(string Name, string Value, bool IsEscaped)[]> Forms = (
        from name in Gen.Elements("tags", "proxyStrategy", "sql", "tag", "Tags", "tagss", "context.tags", "标签")
        from value in Values
        from isEscaped in Gen.Elements(true, false)
        select (name, value, isEscaped)).ArrayOf().ToArbitrary();

    [Theory]
    [InlineData("tags=group1", "group1", null)]
    [InlineData("sql=select+1&tags=group1&proxyStrategy=AllBackendsStrategy", "group1", "AllBackendsStrategy")]
    [InlineData("tags=a&tags=b,c", "a,b,c", null)]
    [InlineData("tags=%E5%8D%8E%E4%B8%9C", "华东", null)]
    [InlineData("tags=华东", "华东", null)]
    [InlineData("tags=a%2Cb", "a,b", null)]
    [InlineData("tags=a%20b+c", "a b c", null)]
    [InlineData("%74ags=a", "a", null)]
    [InlineData("t%61gs=a&proxy%53trategy=X", "a", "X")]
    [InlineData("tags=50%", "50%", null)]
    [InlineData("tags=%zz%4", "%zz%4", null)]
    [InlineData("tags", "", null)]
    [InlineData("tags=", "", null)]
    [InlineData("&&=&tags=a&", "a", null)]
    [InlineData("sql=select 'tags=b'&tags=a=b", "a=b", null)]
    [InlineData("sql=x%26tags%3Db", null, null)]
    [InlineData("Tags=a&tag=b", null, null)]
    [InlineData("", null, null)]
    public void Find_WholeForm_GivesTheRoutersParameters(string form, string? tags, string? strategy) =>
        Assert.Equal(new RouteParameters(tags, strategy), FormBody.Find(Encoding.UTF8.GetBytes(form), isWhole: true));

    [Theory]
    [InlineData("tags=grou", null)]
    [InlineData("tags=group1&sql=sele", "group1")]
    [InlineData("tags=a&ta", "a")]
    public void Find_CutForm_LeavesTheLastPairOut(string form, string? tags) =>
        Assert.Equal(tags, FormBody.Find(Encoding.UTF8.GetBytes(form), isWhole: false).Tags);

    [Fact]
    public void Find_AnyPairs_GivesWhatAnotherParserGives() =>
        Prop.ForAll(Forms, pairs =>
        {
            var form = string.Join("&", pairs.Select(pair => pair.IsEscaped
                ? $"{EscapeAll(pair.Name)}={EscapeAll(pair.Value)}"
                : $"{WebUtility.UrlEncode(pair.Name)}={WebUtility.UrlEncode(pair.Value)}"));

            var found = FormBody.Find(Encoding.UTF8.GetBytes(form), isWhole: true);

            Assert.Equal(Joined(pairs, "tags"), found.Tags);
            Assert.Equal(Joined(pairs, "proxyStrategy"), found.Strategy);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Find_AnyBytes_NeverThrows() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<bool>(), (bytes, isWhole) =>
        {
            FormBody.Find(bytes, isWhole);
            FormBody.Find([.. "tags=%"u8, .. bytes], isWhole);
        }).QuickCheckThrowOnFailure();

    /// <summary>Every byte as %XX, the longest form of a name.</summary>
    private static string EscapeAll(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:x2}"));

    private static string? Joined((string Name, string Value, bool IsEscaped)[] pairs, string name)
    {
        var values = pairs.Where(pair => pair.Name == name).Select(pair => pair.Value).ToList();
        return values.Count == 0 ? null : string.Join(",", values);
    }
}
