using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>
/// Which kills a run tries. There are too many of them for each run: it takes some by chance, as its seed wants it, and all
/// of them where CONTROLPLANE_ALL_KILLS is 1.
/// </summary>
internal static class Kills
{
    private const int Tries = 3;

    /// <summary>How long a step of <see cref="Ways"/> takes at least, in milliseconds. The others are over within a few.</summary>
    private static readonly Dictionary<string, int> Least = new()
    {
        ["Preflight"] = 50, ["BackUp"] = 120, ["Follow"] = 500, ["PreVerify"] = 60, ["LagGate"] = 2500, ["Fence"] = 100, ["Copy"] = 300,
        ["CatchUp"] = 80, ["Verify"] = 60, ["StopLive"] = 200, ["Migrate"] = 250, ["StartNew"] = 150, ["Smoke"] = 150, ["SoftOpen"] = 500, ["OpenWrites"] = 40, ["Bake"] = 900,
        ["Roll"] = 1000, ["Finish"] = 250, ["Refence"] = 100, ["ReturnWrites"] = 200, ["Restore"] = 150, ["StartOld"] = 200, ["Reopen"] = 50,
        ["Discard"] = 250,
    };

    private static readonly bool IsAll = Environment.GetEnvironmentVariable("CONTROLPLANE_ALL_KILLS") == "1";

    /// <summary>So many of them, or all.</summary>
    public static IEnumerable<T> Choose<T>(IEnumerable<T> all, int some)
    {
        var kills = all.ToArray();
        if (IsAll)
            return kills;
        new Random(Seed.OfRun).Shuffle(kills);
        return kills.Take(some);
    }

    /// <summary>How long after the beginning of a step: every other one comes at once.</summary>
    public static TimeSpan DrawMoment(Random random, string step) => TimeSpan.FromMilliseconds(random.Next(2) * random.Next(Least.GetValueOrDefault(step, 1)));

    /// <summary>Sends a new shop on a way and holds the control plane up in a step. When the step was missed, it is done again.</summary>
    public static async Task<(Shop Shop, string Upgrade, Halt Halt)> PrepareAsync(
        Ground ground, string name, string way, string step, TimeSpan later, Func<Shop, bool>? isTime = null)
    {
        for (var tries = 1; ; tries++)
        {
            var shop = await Shop.OpenAsync(ground, tries == 1 ? name : $"{name}_{tries}");
            var upgrade = await Ways.BeginAsync(shop, way, step);
            var halt = await Halt.AtAsync(shop.Site, upgrade, step, later, () => isTime?.Invoke(shop) != false);
            if (halt.Row.IsAt(step))
                return (shop, upgrade, halt);
            halt.Dispose();
            await shop.AwaitEndAsync(upgrade);
            await shop.DisposeAsync();
            Assert.True(tries < Tries, $"{step} was missed {tries} times: {halt.Row}");
            later = TimeSpan.Zero;
        }
    }
}
