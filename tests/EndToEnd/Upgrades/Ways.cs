namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>The ways that upgrades take, and the steps of each in order.</summary>
internal static class Ways
{
    public const string Cold = "blueGreenCold", Warm = "blueGreenWarm", InPlace = "stopAll", Rolling = "rolling";

    /// <summary>Back, after the new side has taken writes.</summary>
    public const string Back = "back", BackInPlace = "backInPlace";

    public static IReadOnlyList<string> StepsOf(string way) => way switch
    {
        Cold => ["Preflight", "BackUp", "Approve", "Fence", "Copy", "Verify", "Migrate", "StartNew", .. Serve],
        Warm => ["Preflight", "BackUp", "Follow", "PreVerify", "Approve", "LagGate", "Fence", "CatchUp", "Verify", "Migrate", "StartNew", .. Serve],
        InPlace => ["Preflight", "Approve", "Fence", "StopLive", "BackUp", "Migrate", "StartNew", .. Serve],
        Rolling => ["Preflight", "Approve", "Roll", "Finish"],
        Back => ["Refence", "ReturnWrites", "FlipBack", "Reopen", "Discard"],
        BackInPlace => ["Refence", "ReturnWrites", "Restore", "StartOld", "FlipBack", "Reopen", "Discard"],
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, null),
    };

    /// <summary>Each step of the ways on which the database is copied, and of the way back.</summary>
    public static IEnumerable<(string Way, string Step)> CopyingSteps => ((string[])[Cold, Warm, Back]).SelectMany(way => StepsOf(way).Select(step => (way, step)));

    /// <summary>The instances of the new side come up in this step.</summary>
    public static bool HasNewSide(string way, string step) => way == Back || StepsOf(way).SkipWhile(one => one != "Migrate").Contains(step);

    /// <summary>Sends a shop on a way and returns the upgrade.</summary>
    /// <param name="shop">The shop.</param>
    /// <param name="way">The way.</param>
    /// <param name="at">The step that matters, null for all: it takes its time where a user can make it.</param>
    public static async Task<string> BeginAsync(Shop shop, string way, string? at = null)
    {
        var terms = new List<(string, object)>();
        if (at is null or "Smoke")
            terms.Add(("smoke", new[] { new { path = "/run/script", body = "sql=select pg_sleep(0.1)" } }));
        if (at is "Approve")
            terms.Add(("approve", true));
        if (at is null or "SoftOpen")
            terms.Add(("soakSeconds", 1));
        if (way == Rolling)
            return await shop.UpgradeAsync(way, ("version", "1"), ("profile", Ground.SlowMigration));
        if (way is not (Back or BackInPlace))
            return await shop.UpgradeAsync(way, [.. terms]);
        var upgrade = await shop.UpgradeAsync(way == Back ? Cold : InPlace, ("bakeSeconds", 300));
        await shop.AwaitStepAsync(upgrade, "Bake");
        await shop.Writers.TakeMoreAsync();
        var order = await shop.OrderAsync(upgrade, "rollback", new { reason = "a test", acceptLostWrites = way == BackInPlace ? int.MaxValue : 0 });
        Assert.True(order.Status == 202, order.Body);
        return upgrade;
    }

    private static string[] Serve => ["Smoke", "Flip", "SoftOpen", "OpenWrites", "Bake", "Finish"];
}
