using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class ControlPlaneKillTests(Ground ground, ITestOutputHelper output)
{
    /// <summary>How long the end of an upgrade may take after the last kill.</summary>
    private const double LimitSeconds = 60;

    private const int SomeSteps = 2, SomeWays = 2;

    public static IEnumerable<object[]> Steps => Kills.Choose(Ways.CopyingSteps.Select(at => new object[] { at.Way, at.Step }), SomeSteps);

    public static TheoryData<string> WholeWays => new(Kills.Choose([Ways.Cold, Ways.Warm, Ways.InPlace, Ways.Rolling, Ways.Back, Ways.BackInPlace], SomeWays));

    [PostgresTheory]
    [MemberData(nameof(Steps))]
    public async Task Kill_AtOneStep_OneSideServesWhole(string way, string step)
    {
        var random = Seed.Begin(output, $"{way} {step}");
        await using var shop = await Shop.OpenAsync(ground, $"kill_{way}_{step}".ToLowerInvariant());
        var upgrade = await Ways.BeginAsync(shop, way);

        await KillInAsync(shop, upgrade, step, random);

        await EndAsync(shop, upgrade);
    }

    [PostgresTheory]
    [MemberData(nameof(WholeWays))]
    public async Task Kill_AtEveryStepOfOneUpgrade_OneSideServesWhole(string way)
    {
        var random = Seed.Begin(output, way);
        await using var shop = await Shop.OpenAsync(ground, $"every_{way}".ToLowerInvariant());
        var upgrade = await Ways.BeginAsync(shop, way);

        foreach (var step in Ways.StepsOf(way))
            await KillInAsync(shop, upgrade, step, random);

        var end = await EndAsync(shop, upgrade, losses: way == Ways.BackInPlace ? null : 0);
        Assert.Equal(way is Ways.Back or Ways.BackInPlace ? "Returned" : "Succeeded", end.Upgrade.Phase);
    }

    private async Task KillInAsync(Shop shop, string upgrade, string step, Random random)
    {
        var later = Kills.DrawMoment(random, step);
        var halt = await Halt.AtAsync(shop.Site, upgrade, step, later);

        await shop.RestartControlPlaneAsync(halt);

        output.WriteLine($"killed {later.TotalMilliseconds} ms after {step} had begun, at {halt.Row.Step}");
        halt.CheckIn(step, later);
    }

    private async Task<EndState> EndAsync(Shop shop, string upgrade, long? losses = 0)
    {
        var end = await EndState.ReachAsync(shop, upgrade, LimitSeconds, losses);
        output.WriteLine($"{end.Upgrade}; {end.Ids.Count} ids, of which {end.Ids.Intersect(shop.Writers.Unknown).Count()} were not acknowledged");
        return end;
    }
}
