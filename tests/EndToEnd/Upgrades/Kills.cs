using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>
/// Which kills a run tries. There are too many of them for each run: it takes some by chance, as its seed wants it, and all
/// of them where CONTROLPLANE_ALL_KILLS is 1.
/// </summary>
internal static class Kills
{
    private const int Tries = 10;

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
    public static TimeSpan DrawMoment(Random random, string step) => TimeSpan.FromMilliseconds(random.Next(2) * random.Next(LeastMilliseconds(step)));

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

    /// <summary>How long a step of <see cref="Ways"/> takes at least, on a machine that does nothing else.</summary>
    private static int LeastMilliseconds(string step) => step switch
    {
        "LagGate" => 2500,
        "Roll" => 1000,
        "Bake" => 900,
        "Follow" or "SoftOpen" => 500,
        "Copy" => 300,
        "Migrate" or "Finish" or "Discard" => 250,
        "StopLive" or "StartOld" or "ReturnWrites" => 200,
        "StartNew" or "Smoke" or "Restore" => 150,
        "BackUp" or "Fence" or "Refence" => 100,
        "Preflight" or "PreVerify" or "CatchUp" or "Verify" or "Reopen" => 50,
        "OpenWrites" => 40,
        _ => 1,
    };
}
