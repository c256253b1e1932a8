using System.Diagnostics;
using System.Globalization;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>Upgrades of a group whose engines share one SQLite file, under writes all the time.</summary>
public sealed class FileTests(FileGround ground, ITestOutputHelper output) : IClassFixture<FileGround>
{
    private static readonly string[] Cold =
        ["Preflight", "BackUp", "Approve", "Fence", "StopLive", "Copy", "Verify", "Migrate", "StartNew", "Smoke", "Flip", "SoftOpen", "OpenWrites", "Bake", "Finish"];

    private static readonly string[] Back = ["Refence", "ReturnWrites", "StartOld", "FlipBack", "Reopen", "Discard"];

    [Theory]
    [InlineData("cold", "blueGreenCold")]
    [InlineData("stop", "stopAll")]
    public async Task Upgrade_UnderLoad_LosesAndFailsNothing(string name, string mode)
    {
        await using var shop = await Shop.OpenAsync(ground, name);

        var end = await EndAsync(shop, await shop.UpgradeAsync(mode));

        Assert.Equal("Succeeded", end.Upgrade.Phase);
        var database = mode == "stopAll" ? name : $"{name}_e2";
        Assert.Equal(("2", database), (end.Serving.LiveSide.Version, end.Serving.LiveSide.Database));
        Assert.Equal(["2"], ground.Store.Read(database, "select cast(user_version as text) from pragma_user_version"));
        Assert.Equal(["20000"], ground.Store.Read(database, "select cast(seq as text) from sqlite_sequence"));
    }

    [Fact]
    public async Task Rehearse_UnderLoad_CopiesTheOpenFileAndChangesNothing()
    {
        await using var shop = await Shop.OpenAsync(ground, "rehearse");

        var end = await EndAsync(shop, await shop.UpgradeAsync("blueGreenCold", ("rehearse", true)));

        Assert.Equal(("Succeeded", "1"), (end.Upgrade.Phase, end.Serving.LiveSide.Version ?? "1"));
        Assert.False(File.Exists(ground.Store.FileOf("rehearse_e2")));
    }

    [Theory]
    [InlineData("r1_stop", "blueGreenCold", "StopLive")]
    [InlineData("r1_migrate", "blueGreenCold", "Migrate")]
    [InlineData("r1_place", "stopAll", "Migrate")]
    public async Task Abort_BeforeTheSwitch_OldSideServesAndNothingIsLost(string name, string mode, string step)
    {
        await using var shop = await Shop.OpenAsync(ground, name, FileGround.SlowMigration);
        var upgrade = await shop.UpgradeAsync(mode);
        await shop.AwaitStepAsync(upgrade, step);

        Assert.Equal(202, (await shop.OrderAsync(upgrade, "abort")).Status);

        var end = await EndAsync(shop, upgrade);
        Assert.Equal(("Returned", "Blue"), (end.Upgrade.Phase, end.Serving.Live));
    }

    [Fact]
    public async Task Rollback_AfterWrites_SaysThatTheCostIsNotKnownAndTakesItWhenAccepted()
    {
        await using var shop = await Shop.OpenAsync(ground, "r3");
        var upgrade = await shop.UpgradeAsync("blueGreenCold", ("bakeSeconds", 300));
        await shop.AwaitStepAsync(upgrade, "Bake");
        await shop.Writers.TakeMoreAsync(50);
        await shop.Writers.PauseAsync();
        var written = (await ground.Store.ReadIdsAsync("r3_e2")).Count - (await ground.Store.ReadIdsAsync("r3")).Count;

        var refused = await shop.OrderAsync(upgrade, "rollback", new { reason = "a test", acceptLostWrites = 1_000_000 });
        var order = await shop.OrderAsync(upgrade, "rollback", new { reason = "a test", acceptLostWrites = int.MaxValue });
        await shop.AwaitStepAsync(upgrade, "ReturnWrites");
        shop.Writers.Resume();

        Assert.Equal((409, 202), (refused.Status, order.Status));
        Assert.Contains("rollback_loses_writes", refused.Body, StringComparison.Ordinal);
        var end = await EndAsync(shop, upgrade, written);
        Assert.Equal(("Returned", "Blue"), (end.Upgrade.Phase, end.Serving.Live));
        Assert.True(written >= 50, $"{written} writes to lose");
    }

    [Fact]
    public async Task Upgrade_SomebodyElseHasTheFileOpen_ReturnsAndNamesThem()
    {
        await using var shop = await Shop.OpenAsync(ground, "zombie");
        using var zombie = Process.Start("/bin/sh", ["-c", "exec sleep 120 3<\"$0\"", ground.Store.FileOf("zombie")]);
        try
        {
            var end = await EndAsync(shop, await shop.UpgradeAsync("blueGreenCold"));

            Assert.Equal("Returned", end.Upgrade.Phase);
            Assert.StartsWith("StopLive: ", end.Upgrade.Reason, StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {zombie.Id} (sleep)"), end.Upgrade.Reason, StringComparison.Ordinal);
        }
        finally
        {
            zombie.Kill();
        }
    }

    [Fact]
    public async Task Kill_AtEveryStep_OneSideServesWhole()
    {
        var random = new Random(Seed.Take(output));
        await using var shop = await Shop.OpenAsync(ground, "every");
        var upgrade = await shop.UpgradeAsync("blueGreenCold", ("maxPauseSeconds", 120));

        foreach (var step in Cold)
            await KillAtAsync(shop, upgrade, step, random);

        await EndAsync(shop, upgrade);
    }

    [Fact]
    public async Task Kill_AtEveryStepOfTheWayBack_OldSideServesWhole()
    {
        var random = new Random(Seed.Take(output));
        await using var shop = await Shop.OpenAsync(ground, "back");
        var upgrade = await shop.UpgradeAsync("blueGreenCold", ("bakeSeconds", 300));
        await shop.AwaitStepAsync(upgrade, "Bake");
        await shop.Writers.PauseAsync();
        var written = (await ground.Store.ReadIdsAsync("back_e2")).Count - (await ground.Store.ReadIdsAsync("back")).Count;
        Assert.Equal(202, (await shop.OrderAsync(upgrade, "rollback", new { reason = "a test", acceptLostWrites = int.MaxValue })).Status);

        foreach (var step in Back)
        {
            await KillAtAsync(shop, upgrade, step, random);
            // From here on nothing goes to the new side any more.
            if (step == "ReturnWrites")
                shop.Writers.Resume();
        }

        Assert.Equal("Returned", (await EndAsync(shop, upgrade, written)).Upgrade.Phase);
    }

    private async Task KillAtAsync(Shop shop, string upgrade, string step, Random random)
    {
        var halt = await Halt.AtAsync(shop.Site, upgrade, step, Kills.DrawMoment(random, step));
        await shop.RestartControlPlaneAsync(halt);
        output.WriteLine($"killed at {halt.Row.Step}, {step} was awaited");
    }

    private async Task<EndState> EndAsync(Shop shop, string upgrade, long losses = 0)
    {
        var end = await EndState.ReachAsync(shop, upgrade, losses: losses);
        output.WriteLine($"{end.Upgrade}; {end.Ids.Count} ids, {end.Lost.Count} lost");
        return end;
    }
}
