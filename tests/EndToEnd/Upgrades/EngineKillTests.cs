using ControlPlane.TestKit;

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
        // The last step takes engines away: later there may be none.
        var later = step is "Finish" or "Discard" ? TimeSpan.Zero : Kills.DrawMoment(random, step);
        var (shop, upgrade, halt) = await Kills.PrepareAsync(
            ground, $"{side}_{way}_{step}".ToLowerInvariant(), way, step, later, one => one.FindEngine(epoch) is not null);
        await using var _ = shop;

        var killed = await shop.KillEngineAsync(halt, epoch);

        var end = await EndState.ReachAsync(shop, upgrade);
        output.WriteLine($"{way}: {side} {killed} was killed {halt.After.TotalMilliseconds:0} ms after {halt.Row.Step} had begun: {end.Upgrade}");
        Assert.True(way != Ways.Back || end.Upgrade.Phase == "Returned", $"the way back was not taken: {end.Upgrade}");
    }
}
