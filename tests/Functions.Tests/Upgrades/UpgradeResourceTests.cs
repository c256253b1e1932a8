using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary><c>/v1/upgrades</c> as its callers see it.</summary>
public sealed class UpgradeResourceTests
{
    private static readonly object Spec = new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 0 };

    [Fact]
    public async Task Start_BadFields_NamesAllOfThemAndStartsNothing()
    {
        await using var site = await UpgradeSite.StartAsync();

        var problem = await site.Host.Client.PostAsJsonAsync("/v1/upgrades", new { mode = "sideways", maxPauseSeconds = 1 }).ProblemAsync(400, "invalid_request");

        Assert.Equal(["group", "maxPauseSeconds", "mode", "version"], problem.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Empty((await site.Host.GetJsonAsync("/v1/upgrades")).GetProperty("value").EnumerateArray());
    }

    [Fact]
    public async Task Start_UnknownGroupProfileOrName_SaysSo()
    {
        await using var site = await UpgradeSite.StartAsync();

        await site.Host.Client.PostAsJsonAsync("/v1/upgrades", new { group = "nobody", mode = "rolling", version = "2" }).ProblemAsync(404, "group_not_found");
        var problem = await site.Host.Client.PostAsJsonAsync("/v1/upgrades", new { group = "shop", mode = "rolling", profile = "none" }).ProblemAsync(400, "invalid_request");
        await site.Host.Client.GetAsync(new Uri("/v1/upgrades/none", UriKind.Relative)).ProblemAsync(404, "upgrade_not_found");
        await site.PostAsync("none", "abort").ProblemAsync(404, "upgrade_not_found");

        Assert.Equal(["profile"], problem.Fields.Keys);
    }

    [Fact]
    public async Task Start_DryRun_TellsPlanAndObstaclesAndChangesNothing()
    {
        await using var site = await UpgradeSite.StartAsync();
        await using var byHand = await site.Host.StartEngineAsync(UpgradeSite.Tag);

        var preview = await site.Host.Client.PostAsJsonAsync("/v1/upgrades", new { group = "shop", mode = "blueGreenCold", version = "2", dryRun = true }).JsonAsync();

        Assert.Equal(2, preview.GetProperty("instances").GetInt32());
        Assert.Equal("Preflight", preview.GetProperty("plan")[0].GetString());
        Assert.Contains(byHand.Name, Assert.Single(preview.GetProperty("obstacles").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Null((await site.GroupAsync()).Upgrade);
        Assert.Empty((await site.Host.GetJsonAsync("/v1/upgrades")).GetProperty("value").EnumerateArray());
    }

    [Fact]
    public async Task Start_ObstacleAtPreflight_IsRefusedAndTheGroupIsFree()
    {
        await using var site = await UpgradeSite.StartAsync();
        await using var byHand = await site.Host.StartEngineAsync(UpgradeSite.Tag);

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Spec));

        Assert.Equal("Refused", upgrade.GetProperty("phase").GetString());
        Assert.Contains(byHand.Name, upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Null((await site.GroupAsync()).Upgrade);
    }

    [Fact]
    public async Task Start_AnotherIsUnderWay_IsRefusedAndSoIsRemovingTheMonitor()
    {
        await using var site = await UpgradeSite.StartAsync();
        var copying = new TaskCompletionSource();
        site.Database.Copying = copying.Task;
        var name = await site.UpgradeAsync(Spec);
        await site.StandsAtAsync(name, "Copy");

        var problem = await site.Host.Client.PostAsJsonAsync("/v1/upgrades", Spec).ProblemAsync(409, "upgrade_in_progress");
        await site.Host.Client.DeleteAsync(new Uri("/v1/monitors/m", UriKind.Relative)).ProblemAsync(409, "upgrade_in_progress");
        copying.SetResult();
        await site.EndAsync(name);

        Assert.Contains(name, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddBackend_ByHandWhileItsGroupIsUpgraded_IsRefused()
    {
        await using var site = await UpgradeSite.StartAsync();
        var copying = new TaskCompletionSource();
        site.Database.Copying = copying.Task;
        var name = await site.UpgradeAsync(Spec);
        await site.StandsAtAsync(name, "Copy");
        await using var other = await site.Host.StartEngineAsync("other");

        await site.Host.Client.PostAsJsonAsync("/v1/backends", new { name = "by-hand", url = "http://127.0.0.1:1", tags = new[] { "shop" } }).ProblemAsync(409, "upgrade_in_progress");
        using var form = new FormUrlEncodedContent([new("name", other.Name), new("tags", "other,shop")]);
        await site.Host.Client.PostAsync(new Uri("/backend/tags/update", UriKind.Relative), form).ProblemAsync(409, "upgrade_in_progress");
        copying.SetResult();

        Assert.Equal("Succeeded", (await site.EndAsync(name)).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Start_SameIdempotencyKey_IsOneUpgrade()
    {
        await using var site = await UpgradeSite.StartAsync();

        async Task<string> StartAsync(object spec)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/upgrades") { Content = JsonContent.Create(spec) };
            request.Headers.Add("Idempotency-Key", "k1");
            return (await site.Host.Client.SendAsync(request).JsonAsync(HttpStatusCode.Accepted)).GetProperty("name").GetString()!;
        }

        var first = await StartAsync(Spec);
        await site.EndAsync(first);
        var second = await StartAsync(Spec);

        Assert.Equal(first, second);
        Assert.Single((await site.Host.GetJsonAsync("/v1/upgrades")).GetProperty("value").EnumerateArray());
    }

    [Fact]
    public async Task Report_Over_IsSignedAndTellsCountsAndHashes()
    {
        await using var site = await UpgradeSite.StartAsync();
        var name = await site.UpgradeAsync(Spec);
        await site.EndAsync(name);

        var report = await site.Host.GetJsonAsync($"/v1/upgrades/{name}/report");

        var text = report.GetProperty("report").GetString()!;
        using var key = ECDsa.Create();
        key.ImportFromPem(report.GetProperty("publicKey").GetString());
        var signature = Convert.FromBase64String(report.GetProperty("signature").GetString()!);
        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes(text), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.False(key.VerifyData(Encoding.UTF8.GetBytes(text + " "), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Contains("\"table events\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_NotOver_IsRefused()
    {
        await using var site = await UpgradeSite.StartAsync();
        var copying = new TaskCompletionSource();
        site.Database.Copying = copying.Task;
        var name = await site.UpgradeAsync(Spec);

        await site.Host.Client.GetAsync(new Uri($"/v1/upgrades/{name}/report", UriKind.Relative)).ProblemAsync(409, "upgrade_state_wrong");
        copying.SetResult();
        await site.EndAsync(name);
    }

    [Theory]
    [InlineData("reason")]
    [InlineData("acceptLostWrites")]
    public async Task Rollback_BadField_NamesIt(string field)
    {
        await using var site = await UpgradeSite.StartAsync();
        var name = await site.UpgradeAsync(Spec);

        object body = field == "reason" ? new { } : new { reason = "wrong", acceptLostWrites = -1 };
        var problem = await site.PostAsync(name, "rollback", body).ProblemAsync(400, "invalid_request");
        await site.EndAsync(name);

        Assert.Equal([field], problem.Fields.Keys);
    }

    [Fact]
    public async Task Monitor_UnknownServerOrBadDatabase_NamesTheField()
    {
        await using var site = await UpgradeSite.StartAsync();

        async Task<IEnumerable<string>> FieldsAsync(object database) => (await site.Host.Client.PostAsJsonAsync("/v1/monitors", new
        {
            name = "n",
            tag = "other",
            minInstances = 0,
            maxInstances = 1,
            allocateType = "shared",
            allocateStrategy = "Threshold",
            profile = TestProfiles.Readable,
            database,
        }).ProblemAsync(400, "invalid_request")).Fields.Keys;

        Assert.Equal(["database.server"], await FieldsAsync(new { server = "nowhere", name = "a", owner = "b" }));
        Assert.Equal(["database.name"], await FieldsAsync(new { server = "main", name = "shop", owner = "b" }));
        Assert.Equal(["database.name"], await FieldsAsync(new { server = "main", name = "a; drop", owner = "b" }));
        Assert.Equal(["database.name", "database.owner", "database.server"], (await FieldsAsync(new { })).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Monitor_DatabaseIsChanged_IsRefused()
    {
        await using var site = await UpgradeSite.StartAsync();

        var problem = await site.Host.Client.PutAsJsonAsync("/v1/monitors/m", new
        {
            tag = UpgradeSite.Tag,
            minInstances = 2,
            maxInstances = 4,
            allocateType = "shared",
            allocateStrategy = "Threshold",
            profile = TestProfiles.Readable,
            database = new { server = "main", name = "other", owner = "owner" },
        }).ProblemAsync(400, "invalid_request");

        Assert.Equal(["database"], problem.Fields.Keys);
    }
}
