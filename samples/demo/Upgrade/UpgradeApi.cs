using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Demo.Upgrade;

/// <summary>What is asked of the control plane to upgrade a group: the same calls that a user would make.</summary>
internal sealed class UpgradeApi(Uri url) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(1);
    private readonly HttpClient _http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Makes a group of two engines on the database and waits until both take work.</summary>
    public async Task AddGroupAsync(Shop shop, CancellationToken cancellation)
    {
        await PostAsync("/v1/monitors", new JsonObject
        {
            ["name"] = shop.Database,
            ["tag"] = shop.Database,
            ["minInstances"] = 2,
            ["maxInstances"] = 6,
            ["allocateType"] = "local",
            ["allocateStrategy"] = "Threshold",
            ["profile"] = "sql-engine-pg",
            ["database"] = new JsonObject { ["server"] = "main", ["name"] = shop.Database, ["owner"] = Shop.Owner },
        }, cancellation);
        var began = TimeProvider.System.GetTimestamp();
        while (await CountReadyAsync(shop.Database, cancellation) < 2)
        {
            if (TimeProvider.System.GetElapsedTime(began) > StartDeadline)
                throw new InvalidOperationException($"The group {shop.Database} does not serve after {StartDeadline.TotalSeconds:0} s.");
            await Task.Delay(Poll, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Starts an upgrade to version 2 and gives its name.</summary>
    public async Task<string> StartAsync(JsonObject wanted, CancellationToken cancellation) =>
        (string)(await PostAsync("/v1/upgrades", wanted, cancellation))["name"]!;

    public async Task RollBackAsync(string name, string reason, CancellationToken cancellation) =>
        await PostAsync($"/v1/upgrades/{name}:rollback", new JsonObject { ["reason"] = reason }, cancellation);

    public async Task<UpgradeSeen> ReadAsync(string name, CancellationToken cancellation) =>
        UpgradeSeen.Of(await _http.GetFromJsonAsync<JsonObject>($"/v1/upgrades/{name}", cancellation) ?? []);

    public void Dispose() => _http.Dispose();

    private async Task<int> CountReadyAsync(string tag, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(new Uri($"/v1/groups/{tag}", UriKind.Relative), cancellation);
        return answer.IsSuccessStatusCode ? (int)(await answer.Content.ReadFromJsonAsync<JsonObject>(cancellation))!["ready"]! : 0;
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, cancellation);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellation))!
            : throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }
}
