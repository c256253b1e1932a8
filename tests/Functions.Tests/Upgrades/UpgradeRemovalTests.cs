using System.Net;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Functions.Upgrades;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>What becomes of upgrades that are over: they are listed in pages, and removed when somebody asks.</summary>
public sealed class UpgradeRemovalTests
{
    private static readonly object Cold = new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 0 };

    [Fact]
    public async Task Delete_TwoUpgrades_DropsOnlyWhatWasMadeHereAndIsNotUsed()
    {
        await using var site = await UpgradeSite.StartAsync();
        var (first, second) = (await RunAsync(site), await RunAsync(site));
        var backup = site.Host.Get<UpgradeBackups>().Of((await site.Host.Get<Registry<Upgrade>>().FindAsync(second))!.Value);
        Directory.CreateDirectory(backup);
        Directory.CreateDirectory(backup + "~new-1");

        var original = await DeleteAsync(site, $"{first}?database=drop").ProblemAsync(409, "upgrade_state_wrong");
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(site, $"{second}?database=drop")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(site, first)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync(site, first)).StatusCode);

        Assert.Contains("shop was there before", original.Detail, StringComparison.Ordinal);
        Assert.Equal(["shop", "shop_e3"], site.Database.Databases.Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(backup) || Directory.Exists(backup + "~new-1"));
        Assert.Empty((await site.Host.GetJsonAsync("/v1/upgrades")).GetProperty("value").EnumerateArray());
        Assert.Equal("shop_e3", (await site.GroupAsync()).LiveSide.Database);
    }

    [Fact]
    public async Task Delete_DatabaseThatAGroupUses_KeepsEverything()
    {
        await using var site = await UpgradeSite.StartAsync();
        var (_, second) = (await RunAsync(site), await RunAsync(site));
        await site.Host.Get<Registry<Core.Groups.Group>>().ChangeAsync("shop", null, group => group.With(group.Live, group.LiveSide with { Database = "shop_e2" }));

        await DeleteAsync(site, $"{second}?database=drop").ProblemAsync(409, "upgrade_state_wrong");

        Assert.Contains("shop_e2", site.Database.Databases);
        await site.ReadAsync(second);
    }

    [Fact]
    public async Task Delete_NotOver_IsRefused()
    {
        await using var site = await UpgradeSite.StartAsync();
        var copying = new TaskCompletionSource();
        site.Database.Copying = copying.Task;
        var name = await site.UpgradeAsync(Cold);

        await DeleteAsync(site, name).ProblemAsync(409, "upgrade_state_wrong");
        copying.SetResult();
        await site.EndAsync(name);
    }

    [Theory]
    [InlineData("?database=keep", "database")]
    [InlineData("?databse=drop", "databse")]
    public async Task Delete_BadQuery_NamesTheField(string query, string field)
    {
        await using var site = await UpgradeSite.StartAsync();

        Assert.Equal([field], (await DeleteAsync(site, $"any{query}").ProblemAsync(400, "invalid_request")).Fields.Keys);
    }

    [Fact]
    public async Task List_MoreThanAPage_NewestFirstToTheLast()
    {
        await using var site = await UpgradeSite.StartAsync();
        string[] names = [await RunAsync(site), await RunAsync(site), await RunAsync(site)];

        var seen = new List<string>();
        for (var path = "/v1/upgrades?top=2&group=shop"; path is not null;)
        {
            var page = await site.Host.GetJsonAsync(path);
            seen.AddRange(page.GetProperty("value").EnumerateArray().Select(upgrade => upgrade.GetProperty("name").GetString()!));
            path = page.TryGetProperty("nextLink", out var next) ? next.GetString() : null;
        }

        Assert.Equal(names.Reverse(), seen);
        Assert.Empty((await site.Host.GetJsonAsync("/v1/upgrades?group=other")).GetProperty("value").EnumerateArray());
    }

    [Fact]
    public async Task List_BadQuery_NamesAllFields()
    {
        await using var site = await UpgradeSite.StartAsync();

        var problem = await site.Host.Client.GetAsync(new Uri("/v1/upgrades?top=0&continuation=x&tag=shop", UriKind.Relative)).ProblemAsync(400, "invalid_request");

        Assert.Equal(["continuation", "tag", "top"], problem.Fields.Keys.Order(StringComparer.Ordinal));
    }

    private static async Task<string> RunAsync(UpgradeSite site)
    {
        var name = await site.UpgradeAsync(Cold);
        Assert.Equal("Succeeded", (await site.EndAsync(name)).GetProperty("phase").GetString());
        return name;
    }

    private static Task<HttpResponseMessage> DeleteAsync(UpgradeSite site, string path) =>
        site.Host.Client.DeleteAsync(new Uri($"/v1/upgrades/{path}", UriKind.Relative));
}
