using System.Text.Json.Nodes;
using Demo;
using Demo.Upgrade;

namespace ControlPlane.Bench.Upgrade;

/// <summary>One upgrade of a group of its own, under load from before its beginning until after its end.</summary>
internal sealed class Trial(string program, PrivatePostgres postgres, Mode mode)
{
    private const int Clients = 16;
    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <exception cref="InvalidOperationException">It did not come to its end; the message says why.</exception>
    public async Task<Outcome> RunAsync(Shop shop, CancellationToken cancellation)
    {
        await using var controlPlane = await ControlPlaneProcess.StartAsync(program, cancellation, "--databases-file", await postgres.WriteDatabasesFileAsync(cancellation));
        using var api = new UpgradeApi(controlPlane.Url);
        await api.AddGroupAsync(shop, cancellation);
        await using var writers = new Writers(controlPlane.Url, shop.Database, Clients, Think);
        await Task.Delay(Before, TimeProvider.System, cancellation);
        var upgrade = await UpgradeAsync(api, mode.Order(shop.Database), cancellation);
        if (upgrade.Phase != "Succeeded")
            throw new InvalidOperationException($"The upgrade of {shop.Database} is {upgrade.Phase} at {upgrade.Last?.Name}: {upgrade.Reason ?? upgrade.Last?.Note}");
        await writers.StopAsync();
        return await CompareAsync(shop, writers, upgrade, cancellation);
    }

    private static async Task<UpgradeSeen> UpgradeAsync(UpgradeApi api, JsonObject order, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        var name = await api.StartAsync(order, cancellation);
        var seen = await api.ReadAsync(name, cancellation);
        while (!seen.IsOver && TimeProvider.System.GetElapsedTime(began) < Deadline)
        {
            await Task.Delay(Poll, TimeProvider.System, cancellation);
            seen = await api.ReadAsync(name, cancellation);
        }

        return seen;
    }

    private async Task<Outcome> CompareAsync(Shop shop, Writers writers, UpgradeSeen upgrade, CancellationToken cancellation)
    {
        var there = await shop.ReadIdsAsync(upgrade.NewDatabase!, cancellation);
        var acknowledged = writers.Acknowledged.ToHashSet(StringComparer.Ordinal);
        return new Outcome(mode, upgrade)
        {
            Acknowledged = acknowledged.Count,
            Lost = acknowledged.Count(id => !there.Contains(id)),
            Unasked = there.Count(id => !acknowledged.Contains(id)),
            Failures = [.. writers.Failures],
            LongestAnswer = writers.Longest,
            LongestSilence = writers.LongestSilence,
        };
    }
}
