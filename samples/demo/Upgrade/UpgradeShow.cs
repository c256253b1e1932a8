using System.Text.Json.Nodes;

namespace Demo.Upgrade;

/// <summary>An upgrade onto a copied database, and the way back, while clients write.</summary>
internal static class UpgradeShow
{
    private const int Clients = 8;
    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Bake = TimeSpan.FromSeconds(8);

    /// <summary>Exit code 0 only if both ways were gone to their end, nothing was lost and nothing failed.</summary>
    public static async Task<int> RunAsync(string program, CancellationToken stop)
    {
        if (PrivatePostgres.Missing is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 2;
        }

        try
        {
            Console.WriteLine("Starting a PostgreSQL, a control plane and two engines of version 1...");
            await using var postgres = await PrivatePostgres.StartAsync(stop, "wal_level=logical");
            var shop = new Shop(postgres, "shop");
            await shop.MakeAsync(stop);
            await shop.AddArticlesAsync(100_000, stop);
            await using var controlPlane = await ControlPlaneProcess.StartAsync(program, stop, "--databases-file", await postgres.WriteDatabasesFileAsync(stop));
            using var api = new UpgradeApi(controlPlane.Url);
            await api.AddGroupAsync(shop, stop);
            await using var writers = new Writers(controlPlane.Url, shop.Database, Clients, Think);
            return await PlayAsync(shop, api, writers, new UpgradeWatch(shop, api, writers, UpgradeScreen.Open(controlPlane.Url)), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopped.");
            return 130;
        }
    }

    private static async Task<int> PlayAsync(Shop shop, UpgradeApi api, Writers writers, UpgradeWatch watch, CancellationToken stop)
    {
        await watch.LookAsync("version 1 serves", null, Quiet, stop);
        var order = new JsonObject { ["group"] = shop.Database, ["mode"] = "blueGreenWarm", ["version"] = "2", ["bakeSeconds"] = 600, ["maxSlowdown"] = 1000 };
        var name = await api.StartAsync(order, stop);
        var there = await watch.LookAsync("upgrade to version 2", name, seen => seen.IsOver || seen.Find("Bake") is not null, stop);
        if (there.IsOver)
            return Fail(there);
        await watch.LookAsync("version 2 serves, version 1 is kept ready", name, Bake, stop);
        watch.Leave();
        var isUpgraded = await SumUpAsync("The upgrade to version 2:", "Flip", there, shop, writers, stop);

        await api.RollBackAsync(name, "to show it", stop);
        var back = await watch.LookAsync("back to version 1, with what version 2 has written", name, seen => seen.IsOver, stop);
        if (back.Phase != "Returned")
            return Fail(back);
        await watch.LookAsync("version 1 serves again", name, Quiet, stop);
        await writers.StopAsync();
        var isBack = await SumUpAsync("The way back:", "FlipBack", back, shop, writers, stop);
        Console.WriteLine(isUpgraded && isBack ? "SUCCESS" : "FAILED");
        return isUpgraded && isBack ? 0 : 1;
    }

    private static async Task<bool> SumUpAsync(string act, string flip, UpgradeSeen seen, Shop shop, Writers writers, CancellationToken stop)
    {
        // What is acknowledged by now must be there a moment later.
        var acknowledged = writers.Acknowledged.ToList();
        var there = await shop.ReadIdsAsync(seen.LiveDatabase ?? shop.Database, stop);
        return UpgradeSummary.Print(act, flip, seen, writers.Failures, acknowledged.Count, acknowledged.Count(id => !there.Contains(id)));
    }

    private static int Fail(UpgradeSeen seen)
    {
        Console.WriteLine($"FAILED: the upgrade is {seen.Phase} at {seen.Last?.Name}: {seen.Reason}");
        return 1;
    }
}
