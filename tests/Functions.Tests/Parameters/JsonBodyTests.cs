using System.Text;
using System.Text.Json;
using ControlPlane.Functions.Router;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Parameters;

public class JsonBodyTests
{
    [Theory]
    [InlineData("""{"tags":"group1"}""", "group1", null)]
    [InlineData("""{"sql":"select 1","tags":["a","b"],"proxyStrategy":"AllBackends"}""", "a,b", "AllBackends")]
    [InlineData("""{"tags":"华东"}""", "华东", null)]
    [InlineData("""{"tags":"\u534e\u4e1c"}""", "华东", null)]
    [InlineData("""{"t\u0061gs":"a"}""", "a", null)]
    [InlineData("""{"tags":[]}""", "", null)]
    [InlineData("""{"tags":null,"proxyStrategy":"X"}""", null, "X")]
    [InlineData("""{"tags":5,"proxyStrategy":"X"}""", null, "X")]
    [InlineData("""{"tags":["a",1],"proxyStrategy":"X"}""", null, "X")]
    [InlineData("""{"tags":{"tags":"nested"},"proxyStrategy":"X"}""", null, "X")]
    [InlineData("""{"tags":[{"tags":"nested"}],"proxyStrategy":"X"}""", null, "X")]
    [InlineData("""{"tags":[["nested"]],"proxyStrategy":"X"}""", null, "X")]
    [InlineData("""{"args":{"tags":"nested"},"tags":"a"}""", "a", null)]
    [InlineData("""{"tags":"a","sql":broken""", "a", null)]
    [InlineData("""{"tags":"\ud800"}""", null, null)]
    [InlineData("""{"tags":["\ud800"]}""", null, null)]
    [InlineData("""{"\ud800":"x","tags":"a"}""", null, null)]
    [InlineData("""["tags","a"]""", null, null)]
    [InlineData("\"tags\"", null, null)]
    [InlineData("", null, null)]
    [InlineData("tags=a", null, null)]
    public void Find_WholeBody_GivesTheRoutersParameters(string json, string? tags, string? strategy) =>
        Assert.Equal(new RouteParameters(tags, strategy), JsonBody.Find(Encoding.UTF8.GetBytes(json), isWhole: true));

    [Fact]
    public void Find_TagsThatAreNoUtf8_NamesNothing() =>
        Assert.Null(JsonBody.Find([.. "{\"tags\":\""u8, 0xff, 0xfe, .. "\"}"u8], isWhole: true).Tags);

    [Fact]
    public void Find_BodyCutAnywhere_NeverGivesHalfAValue()
    {
        var body = Encoding.UTF8.GetBytes("""{"a":[1,{"tags":"no"}],"tags":["group1","group2"],"b":"x","proxyStrategy":"ResourceAware"}""");

        for (var length = 0; length <= body.Length; length++)
        {
            var found = JsonBody.Find(body.AsSpan(0, length), isWhole: false);

            Assert.Contains(found.Tags, (string?[])[null, "group1,group2"]);
            Assert.Contains(found.Strategy, (string?[])[null, "ResourceAware"]);
        }
    }

    [Fact]
    public void Find_AnyStrings_GivesWhatAnotherParserGives() =>
        Prop.ForAll(ArbMap.Default.ArbFor<Dictionary<string, string>>(), ArbMap.Default.ArbFor<NonNull<string>>(), (others, tags) =>
        {
            var members = new Dictionary<string, string>(others) { ["tags"] = tags.Get };
            var body = JsonSerializer.SerializeToUtf8Bytes(members);
            var expected = JsonSerializer.Deserialize<Dictionary<string, string>>(body)!["tags"];

            Assert.Equal(expected, JsonBody.Find(body, isWhole: true).Tags);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Find_AnyBytes_NeverThrows() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<bool>(), (bytes, isWhole) =>
        {
            JsonBody.Find(bytes, isWhole);
            JsonBody.Find([.. "{\"tags\":\""u8, .. bytes, .. "\"}"u8], isWhole);
            JsonBody.Find([.. "{\"tags\":["u8, .. bytes], isWhole);
        }).QuickCheckThrowOnFailure();
}
