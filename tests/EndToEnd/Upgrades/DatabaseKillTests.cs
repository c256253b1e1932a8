using ControlPlane.TestKit;

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
        var (shop, upgrade, halt) = await Kills.PrepareAsync(ground, $"db_{way}_{step}".ToLowerInvariant(), way, step, Kills.DrawMoment(random, step));
        await using var _ = shop;

        await shop.RestartDatabaseAsync(halt, TimeSpan.FromMilliseconds(random.Next(LongestDownMilliseconds)));

        var end = await EndState.ReachAsync(shop, upgrade);
        output.WriteLine($"{way}: killed {halt.After.TotalMilliseconds:0} ms after {halt.Row.Step} had begun: {end.Upgrade}; old side follows: {end.Upgrade.Find("OpenWrites", "old side follows")}");
        Assert.True(way != Ways.Back || end.Upgrade.Phase == "Returned", $"the way back was not taken: {end.Upgrade}");
    }
}
