using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>
/// Which kills a run tries. There are too many of them for each run: it takes some by chance, as its seed wants it, and all
/// of them where CONTROLPLANE_ALL_KILLS is 1.
/// </summary>
internal static class Kills
{
    /// <summary>How long a step takes at least, in milliseconds. The others are over within a few.</summary>
    private static readonly Dictionary<string, int> Least = new()
    {
        ["Preflight"] = 50, ["BackUp"] = 120, ["Follow"] = 500, ["PreVerify"] = 60, ["LagGate"] = 2500, ["Fence"] = 100, ["Copy"] = 300,
        ["CatchUp"] = 80, ["Verify"] = 60, ["StopLive"] = 200, ["Migrate"] = 250, ["StartNew"] = 150, ["OpenWrites"] = 40, ["Bake"] = 900,
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
}
