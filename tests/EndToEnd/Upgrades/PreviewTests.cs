using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>Engines of a new version that start on the copy before writes are held.</summary>
[Collection(OnTheGround.Name)]
public sealed class PreviewTests(Ground ground, ITestOutputHelper output)
{
    [PostgresFact]
    public async Task Warm_EnginesThatStartOnTheOldSchema_StartBeforeTheFenceAndLoseNothing()
    {
        await using var shop = await Shop.OpenAsync(ground, "preview", Ground.OneSchema);
        var upgrade = await shop.UpgradeAsync("blueGreenWarm", ("approve", true));
        await shop.AwaitStepAsync(upgrade, "Approve");

        var early = shop.Site.State.Read().Instances.Where(instance => instance.Tag == shop.Name && instance.Epoch == 2).ToList();
        using var form = new FormUrlEncodedContent([new("sql", "insert into events (id) values ('too early')")]);
        using var client = new HttpClient();
        using var answer = await client.PostAsync($"{early[0].Handle!.Url}/run/script", form);
        await shop.OrderAsync(upgrade, "approve");
        var end = await EndState.ReachAsync(shop, upgrade);

        output.WriteLine(end.Upgrade.ToString());
        Assert.Equal(Shop.Instances, early.Count);
        Assert.False(answer.IsSuccessStatusCode, "an engine that was started early wrote to the copy");
        Assert.Equal("Succeeded", end.Upgrade.Phase);
        Assert.Equal(early.Select(instance => instance.Name).Order(), shop.Site.State.Read().Instances.Where(instance => instance.Tag == shop.Name).Select(instance => instance.Name).Order());
        Assert.DoesNotContain("too early", end.Ids);
    }
}
