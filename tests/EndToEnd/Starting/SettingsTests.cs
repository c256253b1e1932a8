using System.Net;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Starting;

public sealed class SettingsTests
{
    [Fact]
    public async Task Variable_ReplacesTheDefault_AndAFlagTheVariable()
    {
        await using var site = Site.Make("settings");
        var (byVariable, byFlag) = (Port.Free(), Port.Free());
        var variables = new Dictionary<string, string>
        {
            ["CONTROLPLANE_LISTEN"] = $"127.0.0.1:{byVariable}",
            ["CONTROLPLANE_DATA"] = Path.Combine(site.Folder, "by-variable"),
            ["CONTROLPLANE_PROFILES"] = site.ProfilesFolder,
        };

        var first = site.Run([], variables);
        var firstUrl = await first.ServeAsync();
        var second = site.Run(["--listen", $"127.0.0.1:{byFlag}", "--data", "by-flag"], variables);
        var secondUrl = await second.ServeAsync();

        Assert.Equal((byVariable, byFlag), (firstUrl.Port, secondUrl.Port));
        Assert.Contains($"state in {site.Folder}/by-variable", first.Output, StringComparison.Ordinal);
        Assert.Contains($"state in {site.Folder}/by-flag", second.Output, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"quitter\"", (await site.Client.GetAsync($"{firstUrl}v1/profiles")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_ArePort8080OfLoopbackAndAFolderHere()
    {
        await using var site = Site.Make("help");

        var help = site.Run(["--help"], new Dictionary<string, string>());

        Assert.Equal(0, await help.EndAsync());
        Assert.Contains("127.0.0.1:8080", help.Output, StringComparison.Ordinal);
        Assert.Contains("./data", help.Output, StringComparison.Ordinal);
        Assert.Contains("CONTROLPLANE_KEEP_INSTANCES", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyAddressWithKeys_ServesThoseWhoShowOne()
    {
        await using var site = Site.Make("keys");
        var keys = Path.Combine(site.Folder, "keys");
        await File.WriteAllTextAsync(keys, "reader 0123456789abcdef");
        File.SetUnixFileMode(keys, UnixFileMode.UserRead);

        await site.StartAsync("--listen", "0.0.0.0:0", "--keys-file", keys);

        var url = $"http://127.0.0.1:{site.Client.Url.Port}/v1/backends";
        using var http = new HttpClient();
        using var without = await http.GetAsync(new Uri(url));
        http.DefaultRequestHeaders.Add("x-functions-key", "0123456789abcdef");
        using var with = await http.GetAsync(new Uri(url));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (without.StatusCode, with.StatusCode));
    }
}
