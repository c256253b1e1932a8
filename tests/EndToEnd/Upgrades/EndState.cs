using System.Text.Json;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>
/// What holds once an upgrade is over, however it went: one side serves, whole; everything that was acknowledged is in its
/// database and nothing that nobody sent; the other side is shut out; and nothing is left of what came to nothing.
/// </summary>
internal sealed class EndState
{
    private EndState(Shop shop, UpgradeRow upgrade, ServingView serving, HashSet<string> ids) =>
        (Shop, Upgrade, Serving, Ids) = (shop, upgrade, serving, ids);

    public Shop Shop { get; }

    public UpgradeRow Upgrade { get; }

    public ServingView Serving { get; }

    /// <summary>The ids in the database that serves.</summary>
    public HashSet<string> Ids { get; }

    /// <summary>Acknowledged ids that the database that serves does not have.</summary>
    public List<string> Lost => [.. Shop.Writers.Acknowledged.Where(id => !Ids.Contains(id)).Order(StringComparer.Ordinal)];

    /// <summary>Waits until an upgrade is over, ends the writers, and looks at everything.</summary>
    /// <param name="shop">Where.</param>
    /// <param name="upgrade">The upgrade.</param>
    /// <param name="limitSeconds">How long it may take.</param>
    /// <param name="losses">How many acknowledged writes are lost, as was stated; null for all that the new side has taken in place.</param>
    public static async Task<EndState> ReachAsync(Shop shop, string upgrade, double limitSeconds = 60, long? losses = 0)
    {
        var row = await shop.AwaitEndAsync(upgrade, limitSeconds);
        await shop.Writers.TakeMoreAsync();
        await shop.Writers.EndAsync();

        var serving = (await shop.Site.Client.ReadGroupAsync(shop.Name)).Serving;
        var state = new EndState(shop, row, serving, await ReadIdsAsync(shop, serving.LiveSide.Database ?? shop.Name));
        Assert.Null(serving.Upgrade);
        Assert.Equal("Open", serving.Gate);
        Assert.Empty(shop.Writers.FindFailures());
        var stated = losses ?? (await shop.Server.SqlAsync($"select id from events where by = '{shop.Name}_app_2'", shop.Name)).Split('\n').Intersect(shop.Writers.Acknowledged).Count();
        Assert.True(state.Lost.Count == stated, $"{state.Lost.Count} acknowledged ids are lost, not {stated}: {string.Join(", ", state.Lost.Take(10))}\n{row}");
        Assert.Empty(state.Ids.Except(shop.Writers.Acknowledged).Except(shop.Writers.Unknown));
        await state.CheckInstancesAsync();
        await shop.Store.CheckAsync(state);
        return state;
    }

    /// <summary>Each instance is of the side that serves, and runs its version on its database.</summary>
    private async Task CheckInstancesAsync()
    {
        await Eventually.NothingMissingAsync(() => Task.FromResult(FindDifference()), 30, () => Task.FromResult($"{Upgrade}\n{Shop.Site.Life.Output}"));
        var side = Serving.LiveSide;
        foreach (var instance in Rows(Shop.Site.State.Read()))
        {
            Assert.Equal(side.Epoch, instance.Epoch);
            var info = JsonSerializer.Deserialize<InstanceInfo>((await Shop.Site.Client.GetAsync($"{instance.Handle!.Url}/instance/info")).Body, JsonSerializerOptions.Web)!;
            Assert.Equal(side.Version ?? "1", info.Version);
            Assert.Matches($@"_app_{side.Epoch}\b", info.Database);
        }
    }

    /// <summary>As many instances as before, each with one process and one backend that serves; and nothing else.</summary>
    private string? FindDifference()
    {
        var rows = Shop.Site.State.Read();
        var instances = Rows(rows).ToList();
        var wanted = instances.Select(instance => instance.Name).Order(StringComparer.Ordinal).ToList();
        var engines = Shop.Site.Engines().Select(engine => engine.Instance).Where(IsHere).Order(StringComparer.Ordinal).ToList();
        var backends = rows.Backends.Where(backend => backend.State == "Ready").Select(backend => backend.Name).Where(IsHere).Order(StringComparer.Ordinal).ToList();
        return instances.Count == Shop.Instances && instances.All(instance => instance.Phase == "Running") && wanted.SequenceEqual(engines) && wanted.SequenceEqual(backends)
            ? null
            : $"{Shop.Instances} instances: there are [{string.Join(", ", instances)}], processes of [{string.Join(' ', engines)}] and ready backends [{string.Join(' ', backends)}]";
    }

    private bool IsHere(string instance) => instance.StartsWith(Shop.Name + "-", StringComparison.Ordinal);

    private IEnumerable<InstanceRow> Rows(Rows rows) => rows.Instances.Where(instance => instance.Tag == Shop.Name);

    private static async Task<HashSet<string>> ReadIdsAsync(Shop shop, string database)
    {
        var ids = await shop.Store.ReadIdsAsync(database);
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        return [.. ids];
    }

    private sealed record InstanceInfo(string Version, string Database);
}
