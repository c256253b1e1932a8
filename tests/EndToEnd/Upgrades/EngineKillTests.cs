using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class EngineKillTests(Ground ground, ITestOutputHelper output)
{
    private const int Some = 4;
    private const string Blue = "blue", Green = "green";

    public static IEnumerable<object[]> Steps => Kills.Choose(
        from at in Ways.CopyingSteps
        from side in (string[])[Blue, Green]
        where side == Blue || Ways.HasNewSide(at.Way, at.Step)
        select new object[] { at.Way, at.Step, side }, Some);

    [PostgresTheory]
    [MemberData(nameof(Steps))]
    public async Task Kill_OneEngine_OneSideServesWhole(string way, string step, string side)
    {
        var random = Seed.Begin(output, $"{way} {step} {side}");
        var epoch = side == Blue ? 1 : 2;
        await using var shop = await Shop.OpenAsync(ground, $"{side}_{way}_{step}".ToLowerInvariant());
        var upgrade = await Ways.BeginAsync(shop, way);
        // The last step takes engines away: later there may be none.
        var later = step is "Finish" or "Discard" ? TimeSpan.Zero : Kills.DrawMoment(random, step);
        var halt = await Halt.AtAsync(shop.Site, upgrade, step, later, () => shop.FindEngine(epoch) is not null);

        var killed = await shop.KillEngineAsync(halt, epoch);

        var end = await EndState.ReachAsync(shop, upgrade);
        output.WriteLine($"{way}: {side} {killed} was killed {later.TotalMilliseconds} ms after {step} had begun, at {halt.Row.Step}; {end.Upgrade}");
        halt.CheckIn(step, later);
        Assert.True(way != Ways.Back || end.Upgrade.Phase == "Returned", $"the way back was not taken: {end.Upgrade}");
    }
}
