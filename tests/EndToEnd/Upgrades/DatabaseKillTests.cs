using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class DatabaseKillTests(Ground ground, ITestOutputHelper output)
{
    private const int Some = 3;
    private const int LongestDownMilliseconds = 400;

    public static IEnumerable<object[]> Steps => Kills.Choose(Ways.CopyingSteps.Select(at => new object[] { at.Way, at.Step }), Some);

    [PostgresTheory]
    [MemberData(nameof(Steps))]
    public async Task Kill_OfTheDatabase_OneSideServesWhole(string way, string step)
    {
        var random = Seed.Begin(output, $"{way} {step}");
        await using var shop = await Shop.OpenAsync(ground, $"db_{way}_{step}".ToLowerInvariant());
        var upgrade = await Ways.BeginAsync(shop, way);
        var later = Kills.DrawMoment(random, step);
        var halt = await Halt.AtAsync(shop.Site, upgrade, step, later);

        await shop.RestartDatabaseAsync(halt, TimeSpan.FromMilliseconds(random.Next(LongestDownMilliseconds)));

        var end = await EndState.ReachAsync(shop, upgrade);
        output.WriteLine($"{way}: killed {later.TotalMilliseconds} ms after {step} had begun, at {halt.Row.Step}; {end.Upgrade}");
        halt.CheckIn(step, later);
        Assert.True(way != Ways.Back || end.Upgrade.Phase == "Returned", $"the way back was not taken: {end.Upgrade}");
    }
}
