using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Tests.Security;

public sealed class KeyRingTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Parse_RolesBlanksAndComments_GivesEachKeyItsRole()
    {
        var ring = KeyRing.Parse(["# who may call", "", "reader   0123456789abcdef", "\tADMIN\tfedcba9876543210  "]);

        Assert.Equal(Role.Reader, ring.Find("0123456789abcdef"));
        Assert.Equal(Role.Admin, ring.Find("fedcba9876543210"));
        Assert.Null(ring.Find("0123456789abcdeF"));
        Assert.Null(ring.Find(""));
    }

    [Theory]
    [InlineData("reader")]
    [InlineData("reader 0123456789abcdef more")]
    [InlineData("anyone 0123456789abcdef")]
    [InlineData("1 0123456789abcdef")]
    [InlineData("-1 0123456789abcdef")]
    [InlineData("root 0123456789abcdef")]
    [InlineData("reader,admin 0123456789abcdef")]
    [InlineData("reader short")]
    public void Parse_BadLine_NamesItsNumberAndNotItsText(string line)
    {
        var fault = Assert.Throws<FormatException>(() => KeyRing.Parse(["# first", line]));

        Assert.Contains("line 2", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupWrite)]
    public void Read_FileThatOthersCanReadOrWrite_IsRefusedWithTheFix(UnixFileMode mode)
    {
        File.WriteAllText(_file, "admin 0123456789abcdef\n");
        File.SetUnixFileMode(_file, mode);

        var refused = Assert.Throws<StartException>(() => KeysFile.Read(_file));

        Assert.Contains($"chmod 600 {_file}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PrivateFile_GivesItsKeys()
    {
        File.WriteAllText(_file, "admin 0123456789abcdef\n");
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal(Role.Admin, KeysFile.Read(_file).Find("0123456789abcdef"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# none\n")]
    [InlineData("admin short\n")]
    public void Read_FileWithoutAKey_IsRefused(string text)
    {
        File.WriteAllText(_file, text);
        File.SetUnixFileMode(_file, UnixFileMode.UserRead);

        Assert.DoesNotContain("\n", Assert.Throws<StartException>(() => KeysFile.Read(_file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchFile_IsRefused() => Assert.Throws<StartException>(() => KeysFile.Read(_file + ".missing"));
}
