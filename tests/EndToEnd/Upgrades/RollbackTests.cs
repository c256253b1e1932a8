using System.Globalization;
using System.Text.Json;
using ControlPlane.EndToEnd.Machine;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class RollbackTests(Ground ground, ITestOutputHelper output)
{
    /// <summary>Rows enough that backup, copy and comparison take a moment each.</summary>
    private const string Ballast = "insert into calm select n, repeat('ballast ', 20) || n from generate_series(1001, 60000) n";

    [PostgresTheory]
    [InlineData("r1_backup", "blueGreenCold", "BackUp")]
    [InlineData("r1_copy", "blueGreenCold", "Copy")]
    [InlineData("r1_verify", "blueGreenCold", "Verify")]
    [InlineData("r1_migrate", "blueGreenCold", "Migrate")]
    [InlineData("r1_follow", "blueGreenWarm", "PreVerify")]
    [InlineData("r1_stop", "stopAll", "Migrate")]
    public async Task Abort_BeforeTheSwitch_OldSideServesAndNothingIsLost(string name, string mode, string step)
    {
        await using var shop = await Shop.OpenAsync(ground, name, Ground.SlowMigration, Ballast);
        var upgrade = await shop.UpgradeAsync(mode);
        await shop.AwaitStepAsync(upgrade, step);

        var order = await shop.OrderAsync(upgrade, "abort");

        Assert.Equal(202, order.Status);
        await CheckReturnedAsync(shop, upgrade);
    }

    [PostgresFact]
    public async Task Abort_WhileOnlyReadsAreLetThrough_OldSideServesAndNothingIsLost()
    {
        await using var shop = await Shop.OpenAsync(ground, "r2");
        var upgrade = await shop.UpgradeAsync("blueGreenCold", ("soakSeconds", 30));
        await shop.AwaitStepAsync(upgrade, "SoftOpen");
        var reads = shop.Writers.Reads;
        await Eventually.TrueAsync(() => Task.FromResult(shop.Writers.Reads > reads + 5), "reads by the new side");
        Assert.Equal("Green", (await shop.Site.Client.ReadGroupAsync(shop.Name)).Serving.Live);

        var order = await shop.OrderAsync(upgrade, "abort");

        Assert.Equal(202, order.Status);
        await CheckReturnedAsync(shop, upgrade);
    }

    [PostgresFact]
    public async Task Rollback_WhenTheOldSideFollows_TakesAllWritesAlong()
    {
        await using var shop = await Shop.OpenAsync(ground, "r3");
        var upgrade = await shop.UpgradeAsync("blueGreenCold", ("bakeSeconds", 300));
        await shop.AwaitStepAsync(upgrade, "Bake");
        await shop.Writers.TakeMoreAsync(50);
        Assert.Equal(409, (await shop.OrderAsync(upgrade, "abort")).Status);

        var order = await shop.OrderAsync(upgrade, "rollback", new { reason = "a test" });

        Assert.True(order.Status == 202, order.Body);
        var end = await CheckReturnedAsync(shop, upgrade);
        Assert.Equal(Ways.StepsOf(Ways.Back), end.Upgrade.Plan);
        Assert.Equal("yes", end.Upgrade.Find("ReturnWrites", "taken along"));
        Assert.True(int.Parse(await CountByNewAsync(shop, shop.Name), CultureInfo.InvariantCulture) >= 50, "the old side's database has none of the new side's writes");
    }

    [PostgresTheory]
    [InlineData("r3_lossy", "blueGreenCold", "create table keyless (n int)")]
    [InlineData("r3_place", "stopAll", "select 1")]
    public async Task Rollback_WhenTheOldSideDoesNotFollow_CostsExactlyWhatItSays(string name, string mode, string sql)
    {
        await using var shop = await Shop.OpenAsync(ground, name, sql: $"{sql}; alter table if exists keyless owner to {Ground.Owner}");
        var upgrade = await shop.UpgradeAsync(mode, ("bakeSeconds", 300));
        await shop.AwaitStepAsync(upgrade, "Bake");
        await shop.Writers.TakeMoreAsync(50);
        var refused = await shop.OrderAsync(upgrade, "rollback", new { reason = "a test" });
        Assert.Equal(409, refused.Status);
        Assert.Contains("rollback_loses_writes", refused.Body, StringComparison.Ordinal);

        // What the new side has taken is known for certain once it takes no more; the server counts within 10 s.
        await shop.Writers.PauseAsync();
        var written = await CountByNewAsync(shop, mode == "stopAll" ? name : $"{name}_e2");
        await Eventually.TrueAsync(async () => await ReadCostAsync(shop, upgrade) == written, $"the cost {written}", 15);
        Assert.Equal(409, (await shop.OrderAsync(upgrade, "rollback", new { reason = "a test", acceptLostWrites = long.Parse(written, CultureInfo.InvariantCulture) - 1 })).Status);
        var order = await shop.OrderAsync(upgrade, "rollback", new { reason = "a test", acceptLostWrites = long.Parse(written, CultureInfo.InvariantCulture) });
        Assert.True(order.Status == 202, order.Body);

        // What is written between the order and the fence is lost too, more than was accepted, and would rightly stop the way back.
        await shop.AwaitStepAsync(upgrade, "ReturnWrites");
        shop.Writers.Resume();

        var end = await CheckReturnedAsync(shop, upgrade, long.Parse(written, CultureInfo.InvariantCulture));
        Assert.Equal(written, end.Upgrade.Find("ReturnWrites", "writes lost"));
    }

    private async Task<EndState> CheckReturnedAsync(Shop shop, string upgrade, long losses = 0)
    {
        var end = await EndState.ReachAsync(shop, upgrade, losses: losses);
        output.WriteLine($"{end.Upgrade}; {end.Ids.Count} ids, {end.Lost.Count} lost");
        Assert.Equal("Returned", end.Upgrade.Phase);
        Assert.Equal("Blue", end.Serving.Live);
        Assert.Equal("1", await shop.Server.SqlAsync("select max(version) from engine_schema", end.Serving.LiveSide.Database ?? shop.Name));
        return end;
    }

    private static Task<string> CountByNewAsync(Shop shop, string database) =>
        shop.Server.SqlAsync($"select count(*) from events where by = '{shop.Name}_app_2'", database);

    private static async Task<string?> ReadCostAsync(Shop shop, string upgrade)
    {
        using var view = JsonDocument.Parse((await shop.Site.Client.GetAsync($"/v1/upgrades/{upgrade}")).Body);
        return view.RootElement.GetProperty("rollbackCost").GetProperty("lost").GetRawText();
    }
}
