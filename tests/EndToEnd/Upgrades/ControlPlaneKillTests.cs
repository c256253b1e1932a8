using System.Globalization;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class ControlPlaneKillTests(Ground ground, ITestOutputHelper output)
{
    /// <summary>How long the end of an upgrade may take after the last kill.</summary>
    private const double LimitSeconds = 60;

    /// <summary>Every other kill comes at once: some steps are over within a few milliseconds.</summary>
    private const int LatestMilliseconds = 60;

    private static readonly string[] Cold =
        ["Preflight", "BackUp", "Approve", "Fence", "Copy", "Verify", "Migrate", "StartNew", "Smoke", "Flip", "SoftOpen", "OpenWrites", "Bake", "Finish"];

    private static readonly string[] Warm =
        ["Preflight", "BackUp", "Follow", "PreVerify", "LagGate", "Approve", "Fence", "CatchUp", "Verify", "Migrate", "StartNew", "Smoke", "Flip", "SoftOpen", "OpenWrites", "Bake", "Finish"];

    private static readonly string[] InPlace =
        ["Preflight", "Approve", "Fence", "BackUp", "StopLive", "Migrate", "StartNew", "Smoke", "Flip", "SoftOpen", "OpenWrites", "Bake", "Finish"];

    private static readonly string[] Rolling = ["Preflight", "Approve", "Roll", "Finish"];

    private static readonly string[] Back = ["Refence", "ReturnWrites", "FlipBack", "Reopen", "Discard"];

    private static readonly string[] BackInPlace = ["Refence", "Restore", "StartOld", "FlipBack", "Reopen", "Discard"];

    public static TheoryData<string, string> Steps
    {
        get
        {
            var data = new TheoryData<string, string>();
            // The others are hit by the tests below, which kill at each step of one upgrade.
            foreach (var step in (string[])["Fence", "Copy", "Flip", "OpenWrites"])
                data.Add("blueGreenCold", step);
            foreach (var step in Warm.Except(Cold))
                data.Add("blueGreenWarm", step);
            return data;
        }
    }

    [PostgresTheory]
    [MemberData(nameof(Steps))]
    public async Task Kill_AtOneStep_OneSideServesWhole(string mode, string step)
    {
        var random = new Random(Seed.Take(output));
        await using var shop = await Shop.OpenAsync(ground, $"kill_{mode}_{step}".ToLowerInvariant());
        var upgrade = await shop.UpgradeAsync(mode);

        await KillAtAsync(shop, upgrade, step, random);

        await EndAsync(shop, upgrade);
    }

    [PostgresTheory]
    [InlineData("every_cold", "blueGreenCold")]
    [InlineData("every_warm", "blueGreenWarm")]
    [InlineData("every_stop", "stopAll")]
    [InlineData("every_roll", "rolling")]
    public async Task Kill_AtEveryStepOfOneUpgrade_OneSideServesWhole(string name, string mode)
    {
        var random = new Random(Seed.Take(output));
        await using var shop = await Shop.OpenAsync(ground, name);
        var upgrade = mode == "rolling"
            ? await shop.UpgradeAsync(mode, ("version", "1"), ("profile", Ground.SlowMigration))
            : await shop.UpgradeAsync(mode, ("maxPauseSeconds", 120));

        foreach (var step in mode switch { "blueGreenCold" => Cold, "blueGreenWarm" => Warm, "stopAll" => InPlace, _ => Rolling })
            await KillAtAsync(shop, upgrade, step, random);

        await EndAsync(shop, upgrade);
    }

    [PostgresTheory]
    [InlineData("back_cold", "blueGreenCold")]
    [InlineData("back_stop", "stopAll")]
    public async Task Kill_AtEveryStepOfTheWayBack_OldSideServesWhole(string name, string mode)
    {
        var random = new Random(Seed.Take(output));
        await using var shop = await Shop.OpenAsync(ground, name);
        var upgrade = await shop.UpgradeAsync(mode, ("bakeSeconds", 300));
        await shop.AwaitStepAsync(upgrade, "Bake");
        await shop.Writers.TakeMoreAsync();
        await shop.Writers.PauseAsync();
        var written = mode == "stopAll" ? long.Parse(await shop.Server.SqlAsync($"select count(*) from events where by = '{name}_app_2'", name), CultureInfo.InvariantCulture) : 0;

        var order = await shop.OrderAsync(upgrade, "rollback", new { reason = "a test", acceptLostWrites = 1_000_000 });
        Assert.True(order.Status == 202, order.Body);
        shop.Writers.Resume();
        foreach (var step in mode == "stopAll" ? BackInPlace : Back)
            await KillAtAsync(shop, upgrade, step, random);

        var end = await EndAsync(shop, upgrade, written);
        Assert.Equal("Returned", end.Upgrade.Phase);
    }

    private async Task KillAtAsync(Shop shop, string upgrade, string step, Random random)
    {
        await shop.AwaitStepAsync(upgrade, step);
        var wait = random.Next(2) * random.Next(LatestMilliseconds);
        await Task.Delay(wait);
        var hit = await shop.RestartControlPlaneAsync(upgrade);
        output.WriteLine($"killed {wait} ms after {step} was seen, at {hit}");
    }

    private async Task<EndState> EndAsync(Shop shop, string upgrade, long losses = 0)
    {
        var end = await EndState.ReachAsync(shop, upgrade, LimitSeconds, losses);
        output.WriteLine($"{end.Upgrade}; {end.Ids.Count} ids, of which {end.Ids.Intersect(shop.Writers.Unknown).Count()} were not acknowledged");
        return end;
    }
}
