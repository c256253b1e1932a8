using ControlPlane.Core.Backends;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Backends;

public sealed class ResourceNameTests
{
    [Theory]
    [InlineData("backend1")]
    [InlineData("a b")]
    [InlineData("host:9003")]
    [InlineData("группа-1")]
    [InlineData("...")]
    [InlineData("$(x);'\"&|`")]
    public void Check_GoodName_FindsNothing(string name) => Assert.Null(ResourceName.Check("name", name));

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData("", "is missing")]
    [InlineData(" ", "blank")]
    [InlineData(" a", "blank")]
    [InlineData("a\t", "blank")]
    [InlineData("a/b", "/ \\ # ? , %")]
    [InlineData("a\\b", "/ \\ # ? , %")]
    [InlineData("a#b", "/ \\ # ? , %")]
    [InlineData("a?b", "/ \\ # ? , %")]
    [InlineData("a,b", "/ \\ # ? , %")]
    [InlineData("a%b", "/ \\ # ? , %")]
    [InlineData("a\nb", "control character")]
    [InlineData("a\u0000b", "control character")]
    [InlineData(".", "dot")]
    [InlineData("..", "dots")]
    public void Check_BadName_SaysWhatIsWrong(string? name, string part)
    {
        var error = ResourceName.Check("name", name);

        Assert.Equal("name", error!.Field);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_Length_HasALimit()
    {
        Assert.Null(ResourceName.Check("name", new string('a', ResourceName.MaxLength)));
        Assert.Equal("has 129 characters. At most 128 are allowed.", ResourceName.Check("name", new string('a', 129))!.Message);
    }

    [Theory]
    [InlineData('ü', 127)]
    [InlineData('中', 85)]
    public void Check_Bytes_HaveTheLimitOfAFileName(char letter, int most)
    {
        Assert.Null(ResourceName.Check("name", new string(letter, most)));
        Assert.Matches("^takes [0-9]+ bytes in UTF-8. At most 255 are allowed", ResourceName.Check("name", new string(letter, most + 1))!.Message);
    }

    /// <summary>The rule is that of the system: what it allows can be made, in a folder of this test's own.</summary>
    [Fact]
    public void Check_LongestAllowedName_CanBeAFolder()
    {
        var folder = Directory.CreateTempSubdirectory("names-");
        var longest = new string('中', 85);

        folder.CreateSubdirectory(longest);
        Assert.Throws<PathTooLongException>(() => folder.CreateSubdirectory(longest + "中"));

        folder.Delete(recursive: true);
    }

    /// <summary>Names become folders, keys and parts of urls: one that is allowed must not reach outside its place.</summary>
    [Fact]
    public void Check_AnyAllowedName_StaysOneStepBelowItsFolder() =>
        Prop.ForAll(Gen.Elements('a', '.', '/', '\\', '~', ':', ' ', '\0', '%').ArrayOf().Select(letters => new string(letters)).ToArbitrary(), name =>
            ResourceName.Check("name", name) is not null || Path.GetDirectoryName(Path.GetFullPath(Path.Combine("/folder", name))) == "/folder")
            .QuickCheckThrowOnFailure();
}
