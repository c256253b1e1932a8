using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Restarting;

public sealed class RestartTests
{
    [Fact]
    public async Task Kill_WhileRequestsAreQueued_NextLifeServes()
    {
        await using var site = await Site.ServeAsync("queued");
        await site.Client.AddMonitorAsync(new("g", "g", 1, 1, Profiles.Single));
        await Convergence.ReachAsync(site, "g", 1);
        var engine = Assert.Single(site.Engines());
        await using var load = Load.Begin(site.Client, "g", Profiles.Script(300), clients: 6);
        await Eventually.TrueAsync(async () => (await site.Client.GetAsync("/metrics")).Body.Contains("controlplane_queued_requests 5", StringComparison.Ordinal), "five requests in the queue");

        site.Kill();
        await site.StartAsync();

        var answeredBefore = load.Answers.Count;
        await Eventually.TrueAsync(() => Task.FromResult(load.Answers.Count > answeredBefore + 10), "answers after the restart");
        Assert.NotEmpty(load.Failures);
        Assert.All(load.Answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(engine, Assert.Single(site.Engines()));
    }

    [Fact]
    public async Task Kill_RightAfterTheGroupWasScaled_NextLifeDoesIt()
    {
        await using var site = await Site.ServeAsync("scaled");
        await site.Client.AddMonitorAsync(new("g", "g", 1, 3, Profiles.Single));
        await Convergence.ReachAsync(site, "g", 1);

        await site.Client.ScaleAsync("g", 3);
        site.Kill();
        await site.StartAsync();

        await Convergence.ReachAsync(site, "g", 3);
    }

    [Fact]
    public async Task Kill_RegistryAsItWas_AndNoIdComesBack()
    {
        await using var site = await Site.ServeAsync("registry");
        foreach (var number in Enumerable.Range(1, 4))
            await AddAsync(site, $"b{number}", $"127.0.0.1:{10 + number}");
        await site.Client.PostFormAsync("/backend/tags/update", ("name", "b2"), ("tags", "extra"), ("merge", "append"));
        await site.Client.PostFormAsync("/backend/remove", ("name", "b4"));
        var before = await ReadAsync(site);

        site.Kill();
        await site.StartAsync();

        Assert.Equal(before, await ReadAsync(site));
        Assert.Equal(["b1 1 read,write", "b2 2 extra,read,write", "b3 3 read,write"], before.Select(line => line[..line.LastIndexOf(' ')]));
        await AddAsync(site, "b5", "127.0.0.1:15");
        Assert.Equal(5, (await site.Client.ListBackendsAsync()).Single(backend => backend.Name == "b5").Id);
    }

    private static Task<string> AddAsync(Site site, string name, string url) =>
        site.Client.PostFormAsync("/backend/add", ("name", name), ("url", url), ("tag", "read,write"));

    /// <summary>Reads the registry once its health checks have said what there is to say: nobody listens at these ports.</summary>
    private static async Task<List<string>> ReadAsync(Site site)
    {
        List<BackendView> backends = [];
        await Eventually.TrueAsync(
            async () => (backends = await site.Client.ListBackendsAsync()).All(backend => backend.State == "Unhealthy"),
            "the health checks' word on every backend");
        return [.. backends.OrderBy(backend => backend.Id).Select(backend => $"{backend.Name} {backend.Id} {string.Join(',', backend.Tags)} {backend.Etag}")];
    }
}
