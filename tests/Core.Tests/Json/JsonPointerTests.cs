using System.Text.Json;
using ControlPlane.Core.Json;

namespace ControlPlane.Core.Tests.Json;

public sealed class JsonPointerTests
{
    /// <summary>Source: RFC 6901, section 5, and what is near it.</summary>
    private const string Document = """
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":9,"deep":{"er":[[10,11]]},"null":null}
        """;

    [Theory]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/e^f", "3")]
    [InlineData("/i\\j", "5")]
    [InlineData("/k\"l", "6")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    [InlineData("/~01", "9")]
    [InlineData("/deep/er/0/1", "11")]
    [InlineData("/null", "null")]
    public void Find_PathOfTheStandard_LeadsToTheValue(string path, string value) => Assert.Equal(value, Find(path));

    [Fact]
    public void Find_EmptyPath_IsTheWholeDocument() => Assert.StartsWith("{", Find(""), StringComparison.Ordinal);

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/foo/2")]
    [InlineData("/foo/-")]
    [InlineData("/foo/-1")]
    [InlineData("/foo/00")]
    [InlineData("/foo/01")]
    [InlineData("/foo/+1")]
    [InlineData("/foo/1 ")]
    [InlineData("/foo/99999999999")]
    [InlineData("/foo/0/0")]
    [InlineData("/null/x")]
    [InlineData("foo")]
    [InlineData("/m~n")]
    [InlineData("/m~2n")]
    [InlineData("/m~")]
    public void Find_PathToNothing_GivesNothing(string path) => Assert.Null(Find(path));

    [Theory]
    [InlineData("", true)]
    [InlineData("/a/~0~1", true)]
    [InlineData("a", false)]
    [InlineData("/~", false)]
    [InlineData("/~~0", false)]
    public void IsWellFormed_TellsWhatIsNoPointer(string path, bool isWellFormed) => Assert.Equal(isWellFormed, JsonPointer.IsWellFormed(path));

    private static string? Find(string path)
    {
        using var document = JsonDocument.Parse(Document);
        return JsonPointer.Find(document.RootElement, path)?.GetRawText();
    }
}
