using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Instances;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Pools;
using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Sdk;

namespace ControlPlane.Functions.Tests.Upgrades;

/// <summary>A control plane with one group of two engines, whose writes go to a <see cref="FakeDatabase"/>.</summary>
internal sealed class UpgradeSite : IAsyncDisposable
{
    public const string Tag = "shop";

    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentQueue<string> _failed = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _writing = Task.CompletedTask;

    private UpgradeSite(TestHost host, FakeProvider provider, FakeDatabase database) => (Host, Provider, Database) = (host, provider, database);

    public TestHost Host { get; }

    public FakeProvider Provider { get; }

    public FakeDatabase Database { get; }

    /// <summary>What engines of an epoch answer with instead of writing; null lets them write.</summary>
    public Func<StartOrder, int?> Fault { get; set; } = _ => null;

    public static async Task<UpgradeSite> StartAsync(bool isFile = false, IOtherRouters? others = null)
    {
        var (provider, database) = (new FakeProvider(), new FakeDatabase { IsFile = isFile });
        var accounts = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        database.EnginesOf = account => [.. accounts.Where(engine => engine.Value == account && provider.SlotOf(engine.Key) is not null).Select(engine => engine.Key)];
        var host = await TestHost.StartAsync(
            options => options with { SecretKey = new byte[32] },
            services => services.AddSingleton<IInstanceProvider>(provider).AddSingleton<IDatabaseServer>(database).AddSingleton(others ?? new NoOtherRouters()));
        var site = new UpgradeSite(host, provider, database);
        provider.OnCreate = (order, engine) =>
        {
            accounts[order.Name] = order.Database!.Account.Name;
            engine.OnRun = (context, body) => site.RunAsync(order, context, body);
        };
        await site.PutAsync("/v1/pools/shared", PoolSite.PoolOf(60, [.. Enumerable.Range(1, 8).Select(number => $"s{number}")]), HttpStatusCode.Created);
        await site.Host.Client.PostAsJsonAsync("/v1/monitors", new
        {
            name = "m",
            tag = Tag,
            minInstances = 2,
            maxInstances = 4,
            allocateType = "shared",
            allocateStrategy = "Threshold",
            profile = TestProfiles.Readable,
            periodSeconds = 0.2,
            database = new { server = "main", name = "shop", owner = "owner" },
        }).JsonAsync(HttpStatusCode.Created);
        await Soon.TrueAsync(async () => (await site.ReadyAsync()).Count == 2, "two engines that serve");
        return site;
    }

    /// <summary>Writes unique ids through the router until the site ends, and notes what became of each.</summary>
    public void Write(int writers = 2) => _writing = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer))));

    /// <summary>Ends the writing, and says which ids were acknowledged and which requests failed.</summary>
    public async Task<(IReadOnlyList<string> Acknowledged, IReadOnlyList<string> Failed)> StopWritingAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        return ([.. _acknowledged], [.. _failed]);
    }

    /// <summary>Starts an upgrade and gives its name.</summary>
    public async Task<string> UpgradeAsync(object spec) =>
        (await Host.Client.PostAsJsonAsync("/v1/upgrades", spec).JsonAsync(HttpStatusCode.Accepted)).GetProperty("name").GetString()!;

    public Task<JsonElement> ReadAsync(string upgrade) => Host.GetJsonAsync($"/v1/upgrades/{upgrade}");

    /// <summary>Waits until it stands at a step.</summary>
    public Task StandsAtAsync(string upgrade, string step) => Soon.TrueAsync(
        async () => (await ReadAsync(upgrade)).TryGetProperty("step", out var at) && at.GetString() == step, $"the step {step}");

    /// <summary>Waits until it is over, and gives it.</summary>
    public async Task<JsonElement> EndAsync(string upgrade)
    {
        var last = default(JsonElement);
        async Task<bool> IsOverAsync() => (last = await ReadAsync(upgrade)).GetProperty("phase").GetString() is "Succeeded" or "Returned" or "Refused";
        try
        {
            await Soon.TrueAsync(IsOverAsync, $"the end of {upgrade}");
        }
        catch (FailException failure)
        {
            Assert.Fail($"{failure.Message} It stands so: {last}");
        }

        return last;
    }

    public Task<HttpResponseMessage> PostAsync(string upgrade, string verb, object? body = null) =>
        Host.Client.PostAsJsonAsync($"/v1/upgrades/{upgrade}:{verb}", body ?? new { });

    public async Task<Group> GroupAsync() => (await Host.Get<Registry<Group>>().FindAsync(Tag))?.Value ?? Group.First(Tag, "shop");

    /// <summary>The engines of the group that serve now, by name.</summary>
    public async Task<IReadOnlyList<string>> ReadyAsync() =>
    [
        .. (await Host.GetJsonAsync($"/v1/groups/{Tag}")).GetProperty("pressure").GetProperty("backends").EnumerateArray()
            .Where(backend => backend.GetProperty("state").GetString() == "Ready")
            .Select(backend => backend.GetProperty("name").GetString()!),
    ];

    /// <summary>The versions of the group's engines, each once.</summary>
    public async Task<IReadOnlyList<string?>> VersionsAsync() =>
    [
        .. (await Host.GetJsonAsync("/v1/backends")).GetProperty("value").EnumerateArray()
            .Where(backend => backend.GetProperty("tags").EnumerateArray().Any(tag => tag.GetString() == Tag))
            .Select(backend => backend.TryGetProperty("version", out var version) ? version.GetString() : null)
            .Distinct(),
    ];

    public Task PutAsync(string path, object body, HttpStatusCode status) => Host.Client.PutAsJsonAsync(path, body).JsonAsync(status);

    public async ValueTask DisposeAsync()
    {
        await StopWritingAsync();
        await Host.DisposeAsync();
        await Provider.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(StartOrder order, HttpContext context, string body)
    {
        var id = body.Split("id%3D").Last().Split('&')[0];
        if (Fault(order) is { } status)
            context.Response.StatusCode = status;
        else if (!Database.TryWrite(order.Database!, id))
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsync("[]");
    }

    private async Task WriteAsync(int writer)
    {
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var id = $"{writer}-{number}";
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["tags"] = Tag, ["sql"] = $"id={id}" });
            using var answer = await Host.Client.PostAsync(new Uri("/run/script", UriKind.Relative), form);
            if (answer.IsSuccessStatusCode)
                _acknowledged.Enqueue(id);
            else
                _failed.Enqueue($"{id}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
