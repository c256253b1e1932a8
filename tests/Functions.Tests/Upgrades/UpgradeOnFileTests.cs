using System.Net;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Functions.Upgrades;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>Upgrades of a group whose engines keep their database open until they end, with writers all the time.</summary>
public sealed class UpgradeOnFileTests
{
    [Theory]
    [InlineData("blueGreenCold")]
    [InlineData("stopAll")]
    [InlineData("rolling")]
    public async Task Upgrade_UnderWrites_LosesNothingAndFailsNothing(string mode)
    {
        await using var site = await UpgradeSite.StartAsync(isFile: true);
        site.Write();

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode, version = "2", bakeSeconds = 0 }));

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        await UpgradeRunTests.AssertWholeAsync(site);
        Assert.Equal(mode == "blueGreenCold" ? "shop_e2" : "shop", (await site.GroupAsync()).LiveSide.Database);
    }

    [Fact]
    public async Task Warm_NoFileFollowsAnother_IsRefusedWithWhatToUse()
    {
        await using var site = await UpgradeSite.StartAsync(isFile: true);

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode = "blueGreenWarm", version = "2" }));

        Assert.Equal("Refused", upgrade.GetProperty("phase").GetString());
        Assert.Contains("has no replication. Use the mode blueGreenCold", upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_AfterWrites_CostIsNotKnownAndIsTakenWhenAccepted()
    {
        await using var site = await UpgradeSite.StartAsync(isFile: true);
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 600 });
        await site.StandsAtAsync(name, "Bake");
        await Soon.TrueAsync(() => site.Database.Read("shop_e2").Count > site.Database.Read("shop").Count + 5, "writes of the new side");
        var (acknowledged, failed) = await site.StopWritingAsync();

        await site.PostAsync(name, "rollback", new { reason = "wrong", acceptLostWrites = 1_000_000 }).ProblemAsync(409, "rollback_loses_writes");
        await site.PostAsync(name, "rollback", new { reason = "wrong", acceptLostWrites = RollbackCost.Unknown }).JsonAsync(HttpStatusCode.Accepted);
        var upgrade = await site.EndAsync(name);

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Equal(["Refence", "ReturnWrites", "StartOld", "FlipBack", "Reopen", "Discard"], UpgradeRunTests.Steps(upgrade)[^6..]);
        Assert.Empty(failed);
        Assert.Empty(site.Database.Read("shop").Except(acknowledged));
        Assert.Equal((2, Gate.Open), ((await site.ReadyAsync()).Count, (await site.GroupAsync()).Gate));
    }

    [Fact]
    public async Task WayBack_WouldLoseMoreThanWasAccepted_NewSideIsStartedAgainAndServes()
    {
        await using var site = await UpgradeSite.StartAsync(isFile: true);
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 600 });
        await site.StandsAtAsync(name, "Bake");

        await site.Host.Get<UpgradeBook>().ChangeAsync(name, upgrade => UpgradeMoves.Return(upgrade, new ReturnOrder("ann", "wrong")), CancellationToken.None);
        await Soon.TrueAsync(async () => UpgradeRunTests.Steps(await site.ReadAsync(name)).Contains("RestartNew"), "a new side that is started again");
        await site.StandsAtAsync(name, "Bake");
        await site.PostAsync(name, "finish").JsonAsync(HttpStatusCode.Accepted);
        var upgrade = await site.EndAsync(name);

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Contains("was not taken", upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
        await UpgradeRunTests.AssertWholeAsync(site);
    }
}
