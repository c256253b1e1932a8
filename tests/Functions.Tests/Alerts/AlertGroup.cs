using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Durable.Client;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Tests.Site;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Alerts;

/// <summary>A group whose watch looks once an hour unless it is woken, and only records what it would do.</summary>
internal sealed class AlertGroup
{
    private readonly TestHost _host;

    private AlertGroup(TestHost host, string tag) => (_host, Tag) = (host, tag);

    public string Tag { get; }

    public static Monitor Watching(string tag) => new()
    {
        Id = 0,
        Name = $"watch-{tag}",
        Tag = tag,
        Min = 1,
        Max = 9,
        Provider = "local",
        Strategy = "JobNumAwareAllocate",
        Profile = TestProfiles.Startable,
        Period = TimeSpan.FromHours(1),
    };

    /// <summary>Adds the group and waits for its first look.</summary>
    public static async Task<AlertGroup> AddAsync(TestHost host, string tag, params AlertRule[] rules)
    {
        var watching = Watching(tag);
        var alerts = rules.Select(rule => new { rule.Name, rule.Labels, rule.Add, rule.AtLeast });
        var monitor = new
        {
            watching.Name,
            watching.Tag,
            MinInstances = watching.Min,
            MaxInstances = watching.Max,
            AllocateType = watching.Provider,
            AllocateStrategy = watching.Strategy,
            watching.Profile,
            PeriodSeconds = watching.Period.TotalSeconds,
            Policy = new { IsDryRun = true, Alerts = alerts },
        };
        await host.Client.PostAsJsonAsync("/v1/monitors", monitor).JsonAsync(HttpStatusCode.Created);
        var group = new AlertGroup(host, tag);
        await Soon.TrueAsync(async () => (await group.DecisionsAsync()).Count > 0, $"the first look at {tag}");
        return group;
    }

    /// <summary>The group as another process finds it.</summary>
    public static AlertGroup Of(TestHost host, string tag) => new(host, tag);

    /// <summary>Waits for a decision in which a demand has brought the count to so many.</summary>
    public Task DecidedAsync(string clamp, int count) => Soon.TrueAsync(
        async () => (await DecisionsAsync()).Any(decision => Clamps(decision).Contains((clamp, count))),
        $"a decision for {Tag} in which \"{clamp}\" brings the count to {count}");

    /// <summary>Waits for a newest decision that no demand has changed.</summary>
    public Task DecidedFreelyAsync() => Soon.TrueAsync(
        async () => Clamps((await DecisionsAsync())[0]).All(clamp => clamp.Name is not ("alert" or "scale")),
        $"a decision for {Tag} without any demand");

    /// <summary>The demands in force, as source and count.</summary>
    public async Task<IReadOnlyList<(string Source, int Count)>> DemandsAsync()
    {
        var page = await _host.GetJsonAsync($"/v1/groups/{Tag}/demands");
        return [.. page.GetProperty("value").EnumerateArray().Select(one => (one.GetProperty("source").GetString()!, one.GetProperty("count").GetInt32()))];
    }

    /// <summary>Waits for these demands to be in force, and no other.</summary>
    public Task AsksForAsync(params (string Source, int Count)[] demands) => Soon.TrueAsync(
        async () => (await DemandsAsync()).Order().SequenceEqual(demands.Order()),
        $"in {Tag} the demands {string.Join(", ", demands)}");

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string action, string? json = null) =>
        SendAsync(_host, method, $"/v1/groups/{Tag}{action}", json);

    public static async Task<HttpResponseMessage> SendAsync(TestHost host, HttpMethod method, string path, string? json)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, null, "application/json");
        return await host.Client.SendAsync(request);
    }

    /// <summary>Sends alerts, and gives what the receipt says.</summary>
    public static async Task<(int Alerts, int Matched, int Groups)> AlertAsync(TestHost host, string sender, string json)
    {
        var receipt = await SendAsync(host, HttpMethod.Post, $"/v1/alerts/{sender}", json).JsonAsync(HttpStatusCode.Accepted);
        return (receipt.GetProperty("alerts").GetInt32(), receipt.GetProperty("matched").GetInt32(), receipt.GetProperty("groups").GetInt32());
    }

    /// <summary>Waits until all alerts that were taken have been handled.</summary>
    public static Task HandledAsync(TestHost host) => Soon.TrueAsync(
        async () => (await host.Get<IOrchestrationClient>().QueryAsync(new() { Prefix = Names.AlertsId("") })).Instances.All(instance => instance.IsFinished),
        "the end of every HandleAlerts");

    private async Task<IReadOnlyList<JsonElement>> DecisionsAsync() =>
        [.. (await _host.GetJsonAsync($"/v1/decisions?tag={Tag}")).GetProperty("value").EnumerateArray()];

    private static IEnumerable<(string Name, int After)> Clamps(JsonElement decision) =>
        decision.GetProperty("clamps").EnumerateArray().Select(clamp => (clamp.GetProperty("name").GetString()!, clamp.GetProperty("after").GetInt32()));
}
