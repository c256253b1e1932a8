using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Protocol;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Management;

/// <summary>One control plane whose management API is called, with orchestrations that run, end and fail.</summary>
public sealed class ManagementSite : IAsyncLifetime
{
    private const string Root = "/runtime/webhooks/durabletask/";

    private TestHost? _host;

    internal TestHost Host => _host!;

    internal IOrchestrationClient Orchestrations => Host.Get<IOrchestrationClient>();

    public async Task InitializeAsync() => _host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();

    internal string NewId(string prefix = "id") => Host.NewName(prefix);

    internal async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? body = null, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Root + path);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { { "Content-Type", type } } };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Host.Client.SendAsync(request);
    }

    internal Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK) => SendAsync("GET", path).JsonAsync(status);

    /// <summary>A watch of a monitor that does not exist, which looks once and ends.</summary>
    internal async Task<string> EndedAsync(string? id = null)
    {
        id ??= NewId();
        await SendAsync("POST", $"orchestrators/WatchGroup/{id}", """{"monitor":"nobody","tag":"none"}""").TextAsync(HttpStatusCode.Accepted);
        await ReachesAsync(id, OrchestrationStatus.Completed);
        return id;
    }

    /// <summary>A start without its input, which its first activity cannot do without.</summary>
    internal async Task<string> FailedAsync()
    {
        var id = NewId();
        await SendAsync("POST", $"orchestrators/WatchGroup/{id}", "\"no input of a watch\"").TextAsync(HttpStatusCode.Accepted);
        await ReachesAsync(id, OrchestrationStatus.Failed);
        return id;
    }

    /// <summary>The watch of a monitor that wants nothing, which sleeps for an hour between its looks.</summary>
    internal async Task<string> RunningAsync()
    {
        var name = Host.NewName("m");
        var spec = new
        {
            name,
            tag = name,
            minInstances = 0,
            maxInstances = 1,
            allocateType = "local",
            allocateStrategy = "JobNumAwareAllocate",
            profile = TestProfiles.Startable,
            periodSeconds = 3600,
        };
        await Host.Client.PostAsJsonAsync(new Uri("/v1/monitors", UriKind.Relative), spec).TextAsync(HttpStatusCode.Created);
        var id = $"watch:{name}";
        await ReachesAsync(id, OrchestrationStatus.Running);
        return id;
    }

    internal Task ReachesAsync(string id, OrchestrationStatus status) =>
        Soon.TrueAsync(async () => (await Orchestrations.GetAsync(id))?.Status == status, $"{id} as {status}");
}
