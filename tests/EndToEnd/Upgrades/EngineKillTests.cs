namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class EngineKillTests(Ground ground, ITestOutputHelper output)
{
    private const long Blue = 1, Green = 2;

    [PostgresTheory]
    [InlineData("blue_copy", "Copy", Blue)]
    [InlineData("blue_migrate", "Migrate", Blue)]
    [InlineData("blue_bake", "Bake", Blue)]
    [InlineData("green_migrate", "Migrate", Green)]
    [InlineData("green_start", "StartNew", Green)]
    [InlineData("green_bake", "Bake", Green)]
    public async Task Kill_OneEngine_OneSideServesWhole(string name, string step, long epoch)
    {
        await using var shop = await Shop.OpenAsync(ground, name, Ground.SlowMigration);
        var upgrade = await shop.UpgradeAsync("blueGreenCold", ("bakeSeconds", 4));
        await shop.AwaitStepAsync(upgrade, step);

        var killed = await shop.KillEngineAsync(epoch);

        var end = await EndState.ReachAsync(shop, upgrade);
        output.WriteLine($"{killed} was killed: {end.Upgrade}");
    }
}
