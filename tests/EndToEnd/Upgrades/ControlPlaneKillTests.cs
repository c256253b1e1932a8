using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

[Collection(OnTheGround.Name)]
public sealed class ControlPlaneKillTests(Ground ground, ITestOutputHelper output)
{
    /// <summary>How long the end of an upgrade may take after the last kill.</summary>
    private const double LimitSeconds = 60;

    private const int SomeSteps = 1, SomeWays = 2, Tries = 3;

    /// <summary>Steps of a few milliseconds that a busy machine may see too late; the other test hits each for certain.</summary>
    private const int MostMissed = 3;

    public static IEnumerable<object[]> Steps => Kills.Choose(Ways.CopyingSteps.Select(at => new object[] { at.Way, at.Step }), SomeSteps);

    public static TheoryData<string> WholeWays => new(Kills.Choose([Ways.Cold, Ways.Warm, Ways.InPlace, Ways.Rolling, Ways.Back, Ways.BackInPlace], SomeWays));

    [PostgresTheory]
    [MemberData(nameof(Steps))]
    public async Task Kill_AtOneStep_OneSideServesWhole(string way, string step)
    {
        var random = Seed.Begin(output, $"{way} {step}");
        var (shop, upgrade, halt) = await Kills.PrepareAsync(ground, $"kill_{way}_{step}".ToLowerInvariant(), way, step, Kills.DrawMoment(random, step));
        await using var _ = shop;

        await RestartAsync(shop, halt);

        await EndAsync(shop, upgrade);
    }

    [PostgresTheory]
    [MemberData(nameof(WholeWays))]
    public async Task Kill_AtEveryStepOfOneUpgrade_OneSideServesWhole(string way)
    {
        var random = Seed.Begin(output, way);
        List<string> missed = [];
        for (var tries = 1; tries <= Tries; tries++)
        {
            missed = await KillAtEveryStepAsync($"every_{way}_{tries}".ToLowerInvariant(), way, random);
            if (missed.Count <= MostMissed)
                return;
        }

        Assert.Fail($"missed, {Tries} times: {string.Join(", ", missed)}");
    }

    /// <summary>Checks what it has come to, and says which steps were over before they were seen.</summary>
    private async Task<List<string>> KillAtEveryStepAsync(string name, string way, Random random)
    {
        await using var shop = await Shop.OpenAsync(ground, name);
        var upgrade = await Ways.BeginAsync(shop, way);

        var missed = new List<string>();
        foreach (var step in Ways.StepsOf(way))
        {
            var halt = await Halt.AtAsync(shop.Site, upgrade, step, Kills.DrawMoment(random, step));
            await RestartAsync(shop, halt);
            missed.AddRange(halt.Row.IsAt(step) ? [] : [step]);
        }

        var end = await EndAsync(shop, upgrade, losses: way == Ways.BackInPlace ? null : 0);
        Assert.Equal(way is Ways.Back or Ways.BackInPlace ? "Returned" : "Succeeded", end.Upgrade.Phase);
        return missed;
    }

    private async Task RestartAsync(Shop shop, Halt halt)
    {
        await shop.RestartControlPlaneAsync(halt);
        output.WriteLine($"killed {halt.After.TotalMilliseconds:0} ms after {halt.Row.Step} had begun");
    }

    private async Task<EndState> EndAsync(Shop shop, string upgrade, long? losses = 0)
    {
        var end = await EndState.ReachAsync(shop, upgrade, LimitSeconds, losses);
        output.WriteLine($"{end.Upgrade}; {end.Ids.Count} ids, of which {end.Ids.Intersect(shop.Writers.Unknown).Count()} were not acknowledged");
        return end;
    }
}
