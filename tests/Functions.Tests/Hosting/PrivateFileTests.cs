using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Signals;

namespace ControlPlane.Functions.Tests.Hosting;

public sealed class PrivateFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_OwnFile_IsParsed() =>
        Assert.Equal("secret-token", Read(Write("http://prom:9090 secret-token")).Find(new Uri("http://prom:9090/api")));

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Read_OthersCanGetAtIt_IsRefused(UnixFileMode others)
    {
        var path = Write("http://prom:9090 secret-token");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | others);

        Assert.Contains("chmod 600", Assert.Throws<StartException>(() => Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BadLine_IsNamedWithoutItsText()
    {
        var failure = Assert.Throws<StartException>(() => Read(Write("prom secret-token")));

        Assert.Contains("line 1 ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchFile_IsRefused() =>
        Assert.Contains("cannot be read", Assert.Throws<StartException>(() => Read(Path.Combine(_folder.FullName, "none"))).Message, StringComparison.Ordinal);

    private static SignalTokens Read(string path) => PrivateFile.Read("signal token file", path, SignalTokens.Parse);

    private string Write(string line)
    {
        var path = Path.Combine(_folder.FullName, "tokens");
        File.WriteAllText(path, line + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
