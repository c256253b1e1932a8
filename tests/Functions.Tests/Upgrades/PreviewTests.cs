using System.Net;
using System.Text.Json;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>Engines of the new version that start before anybody is held up.</summary>
public sealed class PreviewTests
{
    private static readonly object Asked = new
    {
        group = UpgradeSite.Tag,
        mode = "blueGreenWarm",
        version = "2",
        profile = TestProfiles.Previewable,
        approve = true,
        bakeSeconds = 0,
    };

    [Fact]
    public async Task Preview_BeforeTheFence_TheyAreReadyCannotWriteAndServeNobody()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        var name = await site.UpgradeAsync(Asked);
        await site.StandsAtAsync(name, "Approve");
        var before = site.Database.Read("shop").Count;
        await Soon.TrueAsync(() => site.Database.Read("shop").Count > before + 10, "writes of the old side");

        var previews = (await site.ReadAsync(name)).GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("step").GetString() == "Preview");
        Assert.Equal(["shop-e2-1", "shop-e2-2"], Previewed(previews));
        Assert.Equal(Gate.Open, (await site.GroupAsync()).Gate);
        Assert.False(site.Database.TryWrite(Login("shop_app_2"), "too early"), "an engine that was started early could write to the copy");
        Assert.All(["shop-e2-1", "shop-e2-2"], preview => Assert.Empty(site.Provider.Engine(preview).Runs));

        await site.PostAsync(name, "approve").JsonAsync(HttpStatusCode.Accepted);
        var upgrade = await site.EndAsync(name);

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Equal(["shop-e2-1", "shop-e2-2"], (await site.ReadyAsync()).Order(StringComparer.Ordinal));
        Assert.True(site.Database.TryWrite(Login("shop_app_2"), "in time"));
        var (acknowledged, failed) = await site.StopWritingAsync();
        Assert.Empty(failed);
        Assert.Empty(acknowledged.Except(site.Database.Read("shop_e2")));
    }

    [Fact]
    public async Task Preview_OneHasToChangeTheSchema_TheOthersStartEarlyAndItIsWaitedFor()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        var create = site.Provider.OnCreate;
        using var isChanged = new ManualResetEventSlim();
        site.Provider.OnCreate = (order, engine) =>
        {
            create?.Invoke(order, engine);
            if (order.IsMigrator)
                isChanged.Wait(TimeSpan.FromSeconds(30));
        };
        var name = await site.UpgradeAsync(new
        {
            group = UpgradeSite.Tag,
            mode = "blueGreenWarm",
            version = "2",
            profile = TestProfiles.PreviewableWithMigrator,
            bakeSeconds = 0,
        });

        await Soon.TrueAsync(
            async () => (await site.ReadAsync(name)).TryGetProperty("note", out var note) && note.GetString() == "the new version changes the schema",
            "the wait for the one that changes the schema");
        Assert.NotNull(site.Provider.SlotOf("shop-e2-2"));
        isChanged.Set();

        Assert.Equal("Succeeded", (await site.EndAsync(name)).GetProperty("phase").GetString());
        Assert.Equal(["shop-e2-1", "shop-e2-2"], (await site.ReadyAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Preview_AbortedBeforeTheFence_LeavesNothingAndHoldsNothing()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        var name = await site.UpgradeAsync(Asked);
        await site.StandsAtAsync(name, "Approve");

        await site.PostAsync(name, "abort").JsonAsync(HttpStatusCode.Accepted);
        var upgrade = await site.EndAsync(name);

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Empty(upgrade.GetProperty("holds").EnumerateArray());
        Assert.Equal(["shop"], site.Database.Databases);
        Assert.False(site.Database.CanLogIn("shop_app_2"));
        Assert.Null(site.Provider.SlotOf("shop-e2-1"));
    }

    [Fact]
    public async Task Preview_NewVersionDoesNotStart_ReturnsBeforeAnybodyIsHeld()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        foreach (var slot in Enumerable.Range(1, 8).Select(number => $"s{number}"))
            site.Provider.Sick[slot] = "it does not start";

        var upgrade = await site.EndAsync(await site.UpgradeAsync(Asked));

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.StartsWith("Preview: ", upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Empty(upgrade.GetProperty("holds").EnumerateArray());
        Assert.Empty((await site.StopWritingAsync()).Failed);
    }

    private static List<string> Previewed(JsonElement step) =>
    [
        .. step.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("what").GetString()!)
            .Where(what => what.StartsWith("preview ", StringComparison.Ordinal)).Select(what => what["preview ".Length..]).Order(StringComparer.Ordinal),
    ];

    private static DatabaseLogin Login(string account) => new()
    {
        Address = new DatabaseAddress("fake", "nowhere", 1),
        Name = "shop_e2",
        Account = new DatabaseAccount(account, ""),
    };
}
