using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Demo;

/// <summary>What the demo asks of the control plane: the same calls that a user would make.</summary>
internal sealed class Api(Uri url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The seed's call, with a shorter period than the default, so that a minute is enough to see something.</summary>
    public async Task AddMonitorAsync(string tag, int min, int max, CancellationToken cancellation)
    {
        var form = new Dictionary<string, string>
        {
            ["name"] = tag,
            ["tag"] = tag,
            ["minInstances"] = $"{min}",
            ["maxInstances"] = $"{max}",
            ["allocateType"] = "local",
            ["allocateStrategy"] = "JobNumAwareAllocateStrategy",
            ["periodSeconds"] = "1",
            ["samples"] = "4",
            ["drainDeadlineSeconds"] = "30",
        };
        using var content = new FormUrlEncodedContent(form);
        using var answer = await _http.PostAsync("/monitor/add", content, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"/monitor/add answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }

    public async Task<GroupSeen> ReadGroupAsync(string tag, CancellationToken cancellation)
    {
        var json = await _http.GetFromJsonAsync<JsonObject>($"/v1/groups/{tag}", cancellation) ?? [];
        var backends = json["pressure"]!["backends"]!.AsArray();
        return new GroupSeen(
            (int)json["ready"]!,
            (int)json["starting"]!,
            (int)json["leaving"]!,
            (int)json["pressure"]!["running"]!,
            (int)json["pressure"]!["queued"]!,
            [.. backends.Select(backend => new BackendSeen((string)backend!["name"]!, (string)backend["state"]!, (int)backend["jobs"]!))]);
    }

    /// <summary>The latest decisions, oldest first.</summary>
    public async Task<IReadOnlyList<DecisionSeen>> ReadDecisionsAsync(string tag, CancellationToken cancellation)
    {
        var json = await _http.GetFromJsonAsync<JsonElement>($"/v1/decisions?tag={tag}&top=20", cancellation);
        return [.. json.GetProperty("value").EnumerateArray().Reverse().Select(decision => new DecisionSeen(
            decision.GetProperty("sequence").GetInt64(),
            decision.GetProperty("action").GetString()!,
            decision.GetProperty("reason").GetString()!))];
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>A group at one moment.</summary>
internal sealed record GroupSeen(int Ready, int Starting, int Leaving, int Running, int Queued, IReadOnlyList<BackendSeen> Backends);

/// <summary>A backend at one moment.</summary>
internal sealed record BackendSeen(string Name, string State, int Jobs);

/// <summary>A decision.</summary>
internal sealed record DecisionSeen(long Sequence, string Action, string Reason);
