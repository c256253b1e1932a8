using System.Net.Http.Json;
using System.Text.Json;
using SqlEngine;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests;

/// <summary>An engine behind a real listener on a free port, with a client of its own.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestEngine(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public static async Task<TestEngine> StartAsync(EngineOptions? options = null, TimeProvider? time = null)
    {
        var app = EngineApp.Build(
            (options ?? new EngineOptions()) with { Urls = ["http://127.0.0.1:0"], DrainTimeout = TimeSpan.Zero },
            time ?? TimeProvider.System);
        await app.StartAsync();
        return new TestEngine(app);
    }

    /// <summary>Posts a script as a form, with any further parameters.</summary>
    public Task<HttpResponseMessage> RunAsync(
        string sql, IEnumerable<(string Name, string Value)>? parameters = null, CancellationToken cancellation = default)
    {
        var form = (parameters ?? []).Append(("sql", sql)).Select(field => KeyValuePair.Create(field.Item1, field.Item2));
        return Client.PostAsync("/run/script", new FormUrlEncodedContent(form), cancellation);
    }

    /// <summary>The body of a script that has to succeed.</summary>
    public async Task<string> AnswerAsync(string sql, params (string Name, string Value)[] parameters)
    {
        using var response = await RunAsync(sql, parameters);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return body;
    }

    public Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path);

    public async Task<long> TotalTasksAsync() => (await GetAsync("/instance/resource")).GetProperty("totalTasks").GetInt64();

    public async Task<JsonElement[]> RunningJobsAsync() =>
        [.. (await GetAsync("/runningjobs")).EnumerateObject().Select(job => job.Value)];

    /// <summary>Waits until so many jobs run and each has reached this statement.</summary>
    public Task UntilRunningAsync(int jobs, int statement = 1) => Eventually.TrueAsync(
        async () => (await RunningJobsAsync()).Count(job => Statement(job) == statement) == jobs,
        $"{jobs} jobs in statement {statement}");

    public Task UntilIdleAsync() => Eventually.TrueAsync(async () => await TotalTasksAsync() == 0, "no running job");

    public async Task PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await Client.PostAsync(path, content);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static int Statement(JsonElement job) => job.GetProperty("progress").GetProperty("currentJobIndex").GetInt32();
}
