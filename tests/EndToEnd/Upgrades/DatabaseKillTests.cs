namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class DatabaseKillTests(Ground ground, ITestOutputHelper output)
{
    [PostgresTheory]
    [InlineData("crash_backup", "blueGreenCold", "BackUp")]
    [InlineData("crash_copy", "blueGreenCold", "Copy")]
    [InlineData("crash_verify", "blueGreenCold", "Verify")]
    [InlineData("crash_migrate", "blueGreenCold", "Migrate")]
    [InlineData("crash_bake", "blueGreenCold", "Bake")]
    [InlineData("crash_follow", "blueGreenWarm", "Follow")]
    [InlineData("crash_gate", "blueGreenWarm", "LagGate")]
    public async Task Crash_OfTheDatabase_OneSideServesWhole(string name, string mode, string step)
    {
        await using var shop = await Shop.OpenAsync(ground, name, Ground.SlowMigration);
        var upgrade = await shop.UpgradeAsync(mode, ("bakeSeconds", 3));
        await shop.AwaitStepAsync(upgrade, step);

        await shop.RestartDatabaseAsync();

        var end = await EndState.ReachAsync(shop, upgrade);
        output.WriteLine(end.Upgrade.ToString());
    }
}
