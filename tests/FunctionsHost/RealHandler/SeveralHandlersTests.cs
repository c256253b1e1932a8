using System.Net;
using ControlPlane.FunctionsHost.Tests;
using ControlPlane.TestKit;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>Several executables over one storage account, as when the app is scaled out.</summary>
public sealed class SeveralHandlersTests : IAsyncLifetime
{
    private const int Handlers = 3;

    /// <summary>What the product promises for a change of the registry to reach every router.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(2);

    private Azurite _azurite = null!;
    private RealSite[] _sites = [];

    public async Task InitializeAsync()
    {
        _azurite = await Azurite.StartAsync();
        _sites = await Task.WhenAll(Enumerable.Range(0, Handlers).Select(
            _ => RealSite.ServeAsync(options => options with { RunsTimers = false }, _azurite)));
    }

    public async Task DisposeAsync()
    {
        foreach (var site in _sites)
            await site.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task Registry_ChangedAtOneHandler_ReachesEveryRouterWithinTwoSeconds()
    {
        await using var engine = await HoldingEngine.StartAsync();
        var spreads = new List<TimeSpan>();
        for (var round = 0; round < 6; round++)
        {
            var tag = $"t{round}";
            await PostAsync(_sites[round % Handlers], "backend/add", ("name", tag), ("url", $"127.0.0.1:{engine.Port}"), ("tag", tag));
            spreads.Add(await SpreadAsync(tag, HttpStatusCode.OK));

            await PostAsync(_sites[(round + 1) % Handlers], "backend/remove", ("name", tag));
            spreads.Add(await SpreadAsync(tag, HttpStatusCode.NotFound));
        }

        // Now and then the machine is busy with something else; that a feed polls each second is proven on a clock that stands.
        Assert.True(spreads.Order().ElementAt(spreads.Count / 2) < Spread, string.Join(", ", spreads));
    }

    [Fact]
    public async Task Names_AddedEverywhereAtOnce_AreGivenOnce()
    {
        for (var round = 0; round < 10; round++)
        {
            var name = $"n{round}";
            var answers = await Task.WhenAll(_sites.SelectMany(site => new[] { 1, 2 }.Select(port => site.Client.PostAsync(
                "backend/add", Form(("name", name), ("url", $"127.0.0.1:{1000 + (10 * round) + port}"), ("tag", "t"))))));

            Assert.Equal(1, answers.Count(answer => answer.IsSuccessStatusCode));
            Assert.All(answers.Where(answer => !answer.IsSuccessStatusCode), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
        }

        var names = JArray.Parse(await _sites[0].Client.GetStringAsync("backend/list")).Select(backend => (string)backend["name"]!);
        Assert.Equal(Enumerable.Range(0, 10).Select(round => $"n{round}"), names.Order());
    }

    [Fact]
    public async Task Changes_OfOneRowByEveryHandlerAtOnce_AreAllKept()
    {
        await PostAsync(_sites[0], "backend/add", ("name", "b"), ("url", "127.0.0.1:1"), ("tag", "t"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(async change => (
            Tag: $"t{change}",
            Answer: await _sites[change % Handlers].Client.PostAsync(
                "backend/tags/update", Form(("name", "b"), ("tags", $"t{change}"), ("merge", "append"))))));

        var list = JArray.Parse(await _sites[1].Client.GetStringAsync("backend/list"));
        var kept = list.Single()["tags"]!.Select(tag => (string)tag!).ToHashSet();
        foreach (var (tag, answer) in answers)
        {
            // Too many at once may be refused, but then it must not be there, and what was accepted must be.
            Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{tag}: {answer.StatusCode}");
            Assert.Equal(answer.IsSuccessStatusCode, kept.Contains(tag));
        }

        Assert.Contains("t", kept);
    }

    [Fact]
    public async Task InFlight_OfEveryHandler_IsSummed()
    {
        await using var engine = await HoldingEngine.StartAsync();
        await PostAsync(_sites[0], "backend/add", ("name", "b"), ("url", $"127.0.0.1:{engine.Port}"), ("tag", "t"));
        await SpreadAsync("t", HttpStatusCode.OK);
        engine.Hold();
        var jobs = _sites.SelectMany((site, index) => Enumerable.Range(0, index + 1).Select(_ => RunAsync(site, "t"))).ToList();
        await engine.HasAsync(jobs.Count);

        foreach (var site in _sites)
            await Wait.UntilAsync(async () => await InFlightAsync(site) == jobs.Count, () => $"{jobs.Count} jobs in flight are seen");
        engine.Release();

        foreach (var status in await Task.WhenAll(jobs))
            Assert.Equal(HttpStatusCode.OK, status);
        foreach (var site in _sites)
            await Wait.UntilAsync(async () => await InFlightAsync(site) == 0, () => "no job in flight");
    }

    private static async Task<int> InFlightAsync(RealSite site)
    {
        var group = JObject.Parse(await site.Client.GetStringAsync("v1/groups/t"));
        return (int)group["pressure"]!["backends"]!.Single()["inFlight"]!;
    }

    private static async Task<HttpStatusCode> RunAsync(RealSite site, string tag)
    {
        using var answer = await site.Client.PostAsync("run/script", Form(("sql", "select 1"), ("tags", tag)));
        return answer.StatusCode;
    }

    private static async Task PostAsync(RealSite site, string path, params (string Name, string Value)[] fields)
    {
        using var answer = await site.Client.PostAsync(path, Form(fields));
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>Waits until every router answers so, and says how long it took from now, which is after the change was answered.</summary>
    private async Task<TimeSpan> SpreadAsync(string tag, HttpStatusCode expected)
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var (site, index) in _sites.Select((site, index) => (site, index)))
            await Wait.UntilAsync(async () => await RunAsync(site, tag) == expected, () => $"handler {index} that answers {expected} for {tag}");
        return TimeProvider.System.GetElapsedTime(start);
    }
}
