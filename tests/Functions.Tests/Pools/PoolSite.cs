using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Core.Instances;
using ControlPlane.Functions.Tests.Site;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Functions.Tests.Pools;

/// <summary>A control plane with groups that lend slots to each other.</summary>
internal sealed class PoolSite : IAsyncDisposable
{
    private PoolSite(TestHost host, FakeProvider provider) => (Host, Provider) = (host, provider);

    public TestHost Host { get; }

    public FakeProvider Provider { get; }

    public static async Task<PoolSite> StartAsync()
    {
        var provider = new FakeProvider();
        return new(await TestHost.StartAsync(add: services => services.AddSingleton<IInstanceProvider>(provider)), provider);
    }

    public Task<JsonElement> PutAsync(string path, object body, HttpStatusCode status = HttpStatusCode.OK) => Host.Client.PutAsJsonAsync(path, body).JsonAsync(status);

    /// <summary>Makes a pool of slots such as <c>a1:a</c>, which belongs to the group a.</summary>
    public Task AddPoolAsync(double recallSeconds, params string[] slots) => PutAsync("/v1/pools/shared", PoolOf(recallSeconds, slots), HttpStatusCode.Created);

    public static object PoolOf(double recallSeconds, params string[] slots) => new
    {
        provider = FakeProvider.ProviderName,
        slots = slots.Select(slot => slot.Split(':')).Select(slot => new
        {
            name = slot[0],
            owner = slot.Length > 1 ? slot[1] : null,
            recallDeadlineSeconds = recallSeconds,
        }).ToList(),
    };

    public async Task WatchAsync(string tag, int min, int max)
    {
        using var form = Monitor(tag, min, max);
        await Host.Client.PostAsync(new Uri("/monitor/add", UriKind.Relative), form).TextAsync();
    }

    /// <summary>Gives a group other bounds. With the long period it looks only when it is woken.</summary>
    public Task BoundAsync(string tag, int min, int max, double periodSeconds = 0.2) => PutAsync($"/v1/monitors/{tag}", new
    {
        tag,
        minInstances = min,
        maxInstances = max,
        allocateType = "shared",
        allocateStrategy = "JobNumAwareAllocate",
        profile = TestProfiles.Steady,
        periodSeconds,
        samples = 1000,
    });

    /// <summary>Waits until a group serves with exactly these instances.</summary>
    public Task ServesAsync(string tag, params string[] instances) => Soon.TrueAsync(
        async () => (await InstancesAsync(tag)).SequenceEqual(instances),
        $"{string.Join(", ", instances)} serving {tag}");

    public async Task<IReadOnlyList<string>> InstancesAsync(string tag) =>
    [
        .. (await Host.GetJsonAsync($"/v1/groups/{tag}")).GetProperty("pressure").GetProperty("backends").EnumerateArray()
            .Where(backend => backend.GetProperty("state").GetString() == "Ready")
            .Select(backend => backend.GetProperty("name").GetString()!)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A slot as the API shows it.</summary>
    public async Task<JsonElement> SlotAsync(string name) =>
        (await Host.GetJsonAsync("/v1/pools/shared")).GetProperty("slots").EnumerateArray().Single(slot => slot.GetProperty("name").GetString() == name);

    /// <summary>Waits until the group's last decision says something.</summary>
    public Task DecidesAsync(string tag, string text) => Soon.TrueAsync(
        async () => (await Host.GetJsonAsync($"/v1/decisions?tag={tag}&top=20")).GetProperty("value").EnumerateArray()
            .Any(decision => decision.GetProperty("reason").GetString()!.Contains(text, StringComparison.Ordinal)),
        $"a decision for {tag} that says: {text}");

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private static FormUrlEncodedContent Monitor(string tag, int min, int max) => new(new Dictionary<string, string>
    {
        ["name"] = tag,
        ["tag"] = tag,
        ["minInstances"] = $"{min}",
        ["maxInstances"] = $"{max}",
        ["allocateType"] = "shared",
        ["allocateStrategy"] = "JobNumAwareAllocate",
        ["profile"] = TestProfiles.Steady,
        ["periodSeconds"] = "0.2",
        ["samples"] = "1000",
    });
}
