using System.Text.Json;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>Whole upgrades, with writers all the time. The database and the engines are played; EndToEnd runs real ones.</summary>
public sealed class UpgradeRunTests
{
    [Theory]
    [InlineData("blueGreenCold")]
    [InlineData("blueGreenWarm")]
    [InlineData("stopAll")]
    [InlineData("rolling")]
    public async Task Upgrade_UnderWrites_LosesNothingAndFailsNothing(string mode)
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode, version = "2", bakeSeconds = 0 }));

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        await AssertWholeAsync(site);
        var group = await site.GroupAsync();
        Assert.Null(group.Upgrade);
        Assert.Equal(mode == "rolling" ? 1 : 2, group.Epoch);
        Assert.Equal(mode is "rolling" or "stopAll" ? "shop" : "shop_e2", group.LiveSide.Database);
        Assert.Equal("2", group.LiveSide.Version);
        Assert.Equal(mode == "rolling", site.Database.CanLogIn("shop_app_1"));
        await Soon.TrueAsync(async () => (await site.VersionsAsync()) is ["2"], "engines of the new version alone");
    }

    [Fact]
    public async Task Rehearse_UnderWrites_MeasuresAndLeavesNothing()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", rehearse = true }));

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.NotNull(upgrade.GetProperty("measures").GetProperty("migration").GetString());
        Assert.Empty(upgrade.GetProperty("holds").EnumerateArray());
        Assert.Equal(["shop"], site.Database.Databases);
        Assert.Equal(1, (await site.GroupAsync()).Epoch);
        await AssertWholeAsync(site);
    }

    [Theory]
    [InlineData("blueGreenCold")]
    [InlineData("blueGreenWarm")]
    public async Task Verify_OneRowOfTheCopyDiffers_ReturnsByItself(string mode)
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        await Soon.TrueAsync(() => site.Database.Read("shop").Count > 10, "some rows");
        site.Database.Tamper = rows => rows[3] = "forged";

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode, version = "2" }));

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Contains("table events", upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(["shop"], site.Database.Databases);
        await AssertWholeAsync(site);
    }

    /// <summary>It may be one that has died. Nobody is held up while that shows.</summary>
    [Fact]
    public async Task Fence_ARouterMayNotKnowOfTheUpgrade_WaitsWithTheGateOpen()
    {
        var others = new OtherRouters(RouterReport.Empty with { Router = "r9", InFlight = new Dictionary<string, int> { ["elsewhere"] = 1 } });
        await using var site = await UpgradeSite.StartAsync(others: others);
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 0 });
        await Soon.TrueAsync(
            async () => (await site.ReadAsync(name)).TryGetProperty("note", out var note) && note.GetString()!.Contains("r9", StringComparison.Ordinal), "a note on the router");

        Assert.Equal(Gate.Open, (await site.GroupAsync()).Gate);
        Assert.Empty((await site.ReadAsync(name)).GetProperty("holds").EnumerateArray());
        others.Reports = [];
        var upgrade = await site.EndAsync(name);

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Single(upgrade.GetProperty("holds").EnumerateArray());
        await AssertWholeAsync(site);
    }

    /// <summary>An attempt was cut off between the two. Requests are held from then on, so nothing is waited for that only matters before.</summary>
    [Fact]
    public async Task Fence_GateIsShutAndThatIsNotStored_IsNotedAtOnce()
    {
        var others = new OtherRouters(RouterReport.Empty.WithoutWork(isOverdue: true) with { Router = "r9" });
        await using var site = await UpgradeSite.StartAsync(others: others);
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 0 });
        await site.StandsAtAsync(name, "Fence");

        await site.Host.Get<Registry<Group>>().ChangeAsync("shop", null, group => group with { Gate = Gate.WritesHeld });
        await Soon.TrueAsync(async () => (await site.ReadAsync(name)).GetProperty("holds").GetArrayLength() == 1, "the time for which writes are held");
        others.Reports = [];

        Assert.Equal("Succeeded", (await site.EndAsync(name)).GetProperty("phase").GetString());
        await AssertWholeAsync(site);
    }

    /// <summary>It may have sent a write before it hears of the gate.</summary>
    [Fact]
    public async Task Fence_ARouterDoesNotHearOfTheGate_ReturnsAndNothingIsCopied()
    {
        var others = new OtherRouters(Knows("shop", new SeenGroup(null, 0, Gate.Open)));
        await using var site = await UpgradeSite.StartAsync(others: others);
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", quiesceSeconds = 1 });
        others.Reports = [Knows("shop", new SeenGroup(name, 0, Gate.Open))];

        var upgrade = await site.EndAsync(name);

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Contains("not heard of it yet: r9", upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Steps(upgrade), step => step == "Copy");

        static RouterReport Knows(string tag, SeenGroup seen) => RouterReport.Empty with
        {
            Router = "r9",
            Groups = new Dictionary<string, SeenGroup> { [tag] = seen },
            Held = new Dictionary<string, HoldCount> { [tag] = HoldCount.None },
        };
    }

    [Fact]
    public async Task Fence_AccountCanStillWrite_ReturnsBeforeAnythingIsCopied()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.IsFenceWeak = true;

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2" }));

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Contains("the fence does not hold", upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Steps(upgrade), step => step == "Copy");
    }

    [Fact]
    public async Task Migrate_NewVersionDoesNotStart_ReturnsWithItsReason()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        foreach (var number in Enumerable.Range(1, 8))
            site.Provider.Sick[$"s{number}"] = "schema is broken";

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2" }));

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Contains("schema is broken", upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
        await AssertWholeAsync(site);
    }

    [Fact]
    public async Task Abort_WhileItCopies_ReturnsAtOnceAndHeldRequestsGoToTheOldSide()
    {
        await using var site = await UpgradeSite.StartAsync();
        var copying = new TaskCompletionSource();
        site.Database.Copying = copying.Task;
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2" });
        await site.StandsAtAsync(name, "Copy");

        await site.PostAsync(name, "pause").ProblemAsync(409, "upgrade_state_wrong");
        await site.PostAsync(name, "abort").JsonAsync(System.Net.HttpStatusCode.Accepted);
        var upgrade = await site.EndAsync(name);

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Equal(["Preflight", "BackUp", "Approve", "Fence", "Copy", "Reopen", "Discard"], Steps(upgrade));
        Assert.True(upgrade.GetProperty("measures").GetProperty("held").GetInt64() > 0);
        await AssertWholeAsync(site);
    }

    [Fact]
    public async Task Rollback_NewSideHasTakenWritesThatDoNotFollow_ShowsItsCostFirst()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.HasReplication = false;
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 600 });
        await site.StandsAtAsync(name, "Bake");
        await Soon.TrueAsync(() => site.Database.Read("shop_e2").Count > site.Database.Read("shop").Count + 5, "writes of the new side");
        var (acknowledged, failed) = await site.StopWritingAsync();
        var cost = site.Database.Read("shop_e2").Count - site.Database.Read("shop").Count;

        await site.PostAsync(name, "abort").ProblemAsync(409, "upgrade_state_wrong");
        var refused = await site.PostAsync(name, "rollback", new { reason = "wrong" }).ProblemAsync(409, "rollback_loses_writes");
        await site.PostAsync(name, "rollback", new { reason = "wrong", acceptLostWrites = cost - 1 }).ProblemAsync(409, "rollback_loses_writes");
        await site.PostAsync(name, "rollback", new { reason = "wrong", acceptLostWrites = cost }).JsonAsync(System.Net.HttpStatusCode.Accepted);
        var upgrade = await site.EndAsync(name);

        Assert.Contains($"would lose {cost} writes", refused.Detail, StringComparison.Ordinal);
        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Empty(failed);
        Assert.Equal(acknowledged.Count - cost, acknowledged.Intersect(site.Database.Read("shop")).Count());
        Assert.Equal(("shop", 3), ((await site.GroupAsync()).LiveSide.Database, (await site.GroupAsync()).Epoch));
    }

    [Fact]
    public async Task Rollback_MoreIsWrittenMeanwhileThanWasAccepted_IsNotTaken()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.HasReplication = false;
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 600 });
        await site.StandsAtAsync(name, "Bake");
        await Soon.TrueAsync(() => site.Database.Read("shop_e2").Count > site.Database.Read("shop").Count + 5, "writes of the new side");
        await site.StopWritingAsync();
        var cost = site.Database.Read("shop_e2").Count - site.Database.Read("shop").Count;
        WriteLate(site, "shop_e2");

        await site.PostAsync(name, "rollback", new { reason = "wrong", acceptLostWrites = cost }).JsonAsync(System.Net.HttpStatusCode.Accepted);
        var upgrade = await FinishAfterNoReturnAsync(site, name);

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.Contains("Refence", Steps(upgrade));
        Assert.DoesNotContain("FlipBack", Steps(upgrade));
        Assert.Contains("late", site.Database.Read((await site.GroupAsync()).LiveSide.Database!));
        Assert.True(site.Database.CanLogIn("shop_app_2"));
    }

    [Fact]
    public async Task Rollback_InPlaceAndMoreIsWrittenMeanwhileThanWasAccepted_IsNotTaken()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "stopAll", version = "2", bakeSeconds = 600 });
        await site.StandsAtAsync(name, "Bake");
        async Task<long> CostAsync() => (await site.ReadAsync(name)).GetProperty("rollbackCost").GetProperty("lost").GetInt64();
        await Soon.TrueAsync(async () => await CostAsync() > 5, "writes of the new side");
        await site.StopWritingAsync();
        var cost = await CostAsync();
        WriteLate(site, "shop");

        await site.PostAsync(name, "rollback", new { reason = "wrong", acceptLostWrites = cost }).JsonAsync(System.Net.HttpStatusCode.Accepted);
        var upgrade = await FinishAfterNoReturnAsync(site, name);

        Assert.Equal("Succeeded", upgrade.GetProperty("phase").GetString());
        Assert.DoesNotContain("Restore", Steps(upgrade));
        Assert.Contains("late", site.Database.Read("shop"));
    }

    [Fact]
    public async Task Rollback_OldSideFollows_LosesNothing()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenWarm", version = "2", bakeSeconds = 600 });
        await site.StandsAtAsync(name, "Bake");
        await Soon.TrueAsync(async () => (await site.ReadAsync(name)).GetProperty("rollbackCost").GetProperty("writes").GetInt64() > 5, "writes of the new side");

        await site.PostAsync(name, "rollback", new { reason = "wrong" }).JsonAsync(System.Net.HttpStatusCode.Accepted);
        var upgrade = await site.EndAsync(name);

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Equal(["Refence", "ReturnWrites", "FlipBack", "Reopen", "Discard"], Steps(upgrade)[^5..]);
        Assert.Equal(["shop"], site.Database.Databases);
        await AssertWholeAsync(site);
    }

    [Fact]
    public async Task Bake_NewSideAnswersWithErrors_ReturnsByItself()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Fault = order => order.Epoch > 1 ? 500 : null;
        site.Write();

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 600 }));

        Assert.Equal("Returned", upgrade.GetProperty("phase").GetString());
        Assert.Contains("requests failed", upgrade.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var (acknowledged, _) = await site.StopWritingAsync();
        Assert.Empty(acknowledged.Except(site.Database.Read("shop")));
    }

    [Fact]
    public async Task Bake_ErrorsAndALossyWayBack_WaitsForSomebodysDecision()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Database.HasReplication = false;
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", bakeSeconds = 600 });
        await site.StandsAtAsync(name, "Bake");
        await Soon.TrueAsync(() => site.Database.Read("shop_e2").Count > site.Database.Read("shop").Count, "a write of the new side");

        site.Fault = order => order.Epoch > 1 ? 500 : null;
        await Soon.TrueAsync(async () => (await site.ReadAsync(name)).TryGetProperty("alarm", out _), "an alarm");
        site.Fault = _ => null;
        await site.PostAsync(name, "finish").JsonAsync(System.Net.HttpStatusCode.Accepted);

        Assert.Equal("Succeeded", (await site.EndAsync(name)).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Approve_WasAskedFor_NothingIsHeldBeforeSomebodysWord()
    {
        await using var site = await UpgradeSite.StartAsync();
        site.Write();
        var name = await site.UpgradeAsync(new { group = "shop", mode = "blueGreenCold", version = "2", approve = true, bakeSeconds = 0 });
        await site.StandsAtAsync(name, "Approve");

        Assert.Equal(Gate.Open, (await site.GroupAsync()).Gate);
        await site.PostAsync(name, "approve").JsonAsync(System.Net.HttpStatusCode.Accepted);
        var upgrade = await site.EndAsync(name);

        Assert.Equal(("Succeeded", "somebody on this machine"), (upgrade.GetProperty("phase").GetString(), upgrade.GetProperty("approvedBy").GetString()));
        await AssertWholeAsync(site);
    }

    /// <summary>The server fails at random points, before or after it has done what it was asked: the end is one side, whole.</summary>
    [Theory]
    [InlineData("blueGreenCold", 1, false)]
    [InlineData("blueGreenCold", 2, false)]
    [InlineData("blueGreenWarm", 3, false)]
    [InlineData("blueGreenWarm", 4, false)]
    [InlineData("stopAll", 5, false)]
    [InlineData("stopAll", 6, false)]
    [InlineData("blueGreenCold", 1, true)]
    [InlineData("blueGreenCold", 2, true)]
    [InlineData("stopAll", 3, true)]
    public async Task Upgrade_ServerFailsAtRandomPoints_EndsWhole(string mode, int seed, bool isFile)
    {
        await using var site = await UpgradeSite.StartAsync(isFile);
        site.Write();
        var (random, gate, left) = (new Random(seed), new Lock(), 12);
        site.Database.OnCall = what =>
        {
            lock (gate)
            {
                if (left == 0 || random.Next(4) != 0)
                    return;
                left--;
            }

            throw new DatabaseFailedException($"seed {seed}: the server failed at: {what}");
        };

        var upgrade = await site.EndAsync(await site.UpgradeAsync(new { group = "shop", mode, version = "2", bakeSeconds = 0 }));
        site.Database.OnCall = _ => { };

        Assert.Contains(upgrade.GetProperty("phase").GetString(), (string[])["Succeeded", "Returned", "Refused"]);
        await AssertWholeAsync(site);
        var group = await site.GroupAsync();
        Assert.Equal((Gate.Open, null, false), (group.Gate, group.Upgrade, group.IsMigrating));
    }

    /// <summary>The new side writes once more, just before it is shut out.</summary>
    private static void WriteLate(UpgradeSite site, string database)
    {
        var login = new DatabaseLogin { Address = site.Database.Address, Name = database, Account = new DatabaseAccount("shop_app_2", "") };
        var isLate = 0;
        site.Database.OnCall = what =>
        {
            if (what == "exclude" && Interlocked.Exchange(ref isLate, 1) == 0)
                Assert.True(site.Database.TryWrite(login, "late"));
        };
    }

    /// <summary>Waits until the way back was not taken and the gate is open again, and lets the new side stay.</summary>
    private static async Task<JsonElement> FinishAfterNoReturnAsync(UpgradeSite site, string name)
    {
        await Soon.TrueAsync(
            async () => (await site.ReadAsync(name)).TryGetProperty("reason", out var reason) && reason.GetString()!.Contains("was not taken", StringComparison.Ordinal),
            "why the way back was not taken");
        await Soon.TrueAsync(async () => (await site.GroupAsync()).Gate == Gate.Open, "an open gate");
        await site.StandsAtAsync(name, "Bake");
        await site.PostAsync(name, "finish").JsonAsync(System.Net.HttpStatusCode.Accepted);
        return await site.EndAsync(name);
    }

    internal static string[] Steps(JsonElement upgrade) =>
        [.. upgrade.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()!)];

    /// <summary>Every acknowledged id is in the live database, once; nothing failed; a write goes through.</summary>
    internal static async Task AssertWholeAsync(UpgradeSite site)
    {
        var live = (await site.GroupAsync()).LiveSide.Database!;
        var before = site.Database.Read(live).Count;
        await Soon.TrueAsync(() => site.Database.Read(live).Count > before, $"a write to {live} afterwards");
        var (acknowledged, failed) = await site.StopWritingAsync();

        Assert.Empty(failed);
        Assert.Empty(acknowledged.Except(site.Database.Read(live)));
        Assert.Equal(site.Database.Read(live).Count, site.Database.Read(live).Distinct().Count());
    }
}
