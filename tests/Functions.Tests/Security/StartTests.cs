using System.Net;
using ControlPlane.Functions.Hosting;

namespace ControlPlane.Functions.Tests.Security;

public class StartTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    [InlineData("::ffff:192.0.2.1")]
    public async Task PeerDefect19_NotLoopbackWithoutKeys_RefusesToStartWithOneLine(string address)
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new ControlPlaneOptions { Address = IPAddress.Parse(address), Port = 0, DataFolder = folder };

        var refused = await Assert.ThrowsAsync<StartException>(() => SingleMachine.RunAsync(options));

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("--keys-file", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void PeerDefect36_Defaults_ListenOnLoopbackAndCarryNoKeyOrPassword()
    {
        var options = new ControlPlaneOptions();

        Assert.True(IPAddress.IsLoopback(options.Address));
        Assert.True(options.Keys.IsEmpty);
    }
}
