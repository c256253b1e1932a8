using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>A user of the control plane's HTTP API.</summary>
internal sealed class Client : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Where the control plane listens now.</summary>
    public Uri Url { get; set; } = new("http://127.0.0.1:1");

    public Task AddMonitorAsync(MonitorSpec spec) => SucceedAsync(TryAddMonitorAsync(spec));

    public Task<HttpResponseMessage> TryAddMonitorAsync(MonitorSpec spec) => _http.PostAsJsonAsync(At("/v1/monitors"), spec);

    public Task ChangeMonitorAsync(MonitorSpec spec) => SucceedAsync(TryChangeMonitorAsync(spec));

    public Task<HttpResponseMessage> TryChangeMonitorAsync(MonitorSpec spec) => _http.PutAsJsonAsync(At($"/v1/monitors/{spec.Name}"), spec);

    public Task RemoveMonitorAsync(string name) => SucceedAsync(TryRemoveMonitorAsync(name));

    public Task<HttpResponseMessage> TryRemoveMonitorAsync(string name) => _http.DeleteAsync(At($"/v1/monitors/{name}"));

    /// <summary>Asks for exactly so many instances of a group, for a quarter of an hour.</summary>
    public Task ScaleAsync(string tag, int count) => SucceedAsync(_http.PostAsJsonAsync(At($"/v1/groups/{tag}:scale"), new { count }));

    /// <summary>Calls a path of the seed's API with a form and returns its answer's text.</summary>
    public async Task<string> PostFormAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await _http.PostAsync(At(path), form);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path} answered {(int)response.StatusCode}: {text}");
        return text;
    }

    public async Task<List<BackendView>> ListBackendsAsync() =>
        (await _http.GetFromJsonAsync<Page<BackendView>>(At("/v1/backends"), JsonSerializerOptions.Web))!.Value;

    /// <summary>How many backends of a group the router gives work to.</summary>
    public async Task<int> CountReadyAsync(string tag) => (await ReadGroupAsync(tag)).Ready;

    public async Task<GroupView> ReadGroupAsync(string tag) =>
        (await _http.GetFromJsonAsync<GroupView>(At($"/v1/groups/{tag}"), JsonSerializerOptions.Web))!;

    /// <summary>All decisions about a group, oldest first.</summary>
    public async Task<List<DecisionView>> ListDecisionsAsync(string tag)
    {
        var decisions = new List<DecisionView>();
        for (var next = At($"/v1/decisions?tag={tag}&top=1000"); next is not null;)
        {
            var page = await _http.GetFromJsonAsync<Page<DecisionView>>(next, JsonSerializerOptions.Web);
            decisions.AddRange(page!.Value);
            next = page.NextLink;
        }

        decisions.Reverse();
        return decisions;
    }

    /// <summary>Runs a script on a group.</summary>
    public async Task<Answer> RunAsync(string tag, string sql, CancellationToken cancellation = default)
    {
        using var form = new FormUrlEncodedContent([new("sql", sql), new("tags", tag)]);
        using var response = await _http.PostAsync(At("/run/script"), form, cancellation);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }

    /// <summary>Sends any path of the API an object.</summary>
    public async Task<Answer> PostAsync(string path, object body)
    {
        using var response = await _http.PostAsJsonAsync(At(path), body);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>GETs any address, of an engine too.</summary>
    public async Task<Answer> GetAsync(string url)
    {
        using var response = await _http.GetAsync(new Uri(Url, url));
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();

    private static async Task SucceedAsync(Task<HttpResponseMessage> asking)
    {
        using var response = await asking;
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.NoContent))
            Assert.Fail($"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    private Uri At(string path) => new(Url, path);
}
