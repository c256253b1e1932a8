using System.Net;
using System.Text;
using ControlPlane.FunctionsHost.Tests;
using ControlPlane.TestKit;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>The real product under the double, with an Azurite for its state and a folder for its instances.</summary>
internal sealed class RealSite : IAsyncDisposable
{
    private readonly PublishedRoot _root;
    private readonly Azurite? _ownAzurite;
    private readonly InstanceFolder? _ownInstances;

    private RealSite(PublishedRoot root, Azurite? ownAzurite, HostDouble host, InstanceFolder? ownInstances)
    {
        (_root, _ownAzurite, Host, _ownInstances) = (root, ownAzurite, host, ownInstances);
        Client = new HttpClient { BaseAddress = host.Address, Timeout = TimeSpan.FromSeconds(60) };
        Client.DefaultRequestHeaders.Add("x-functions-key", "master-key");
    }

    public HostDouble Host { get; }

    /// <summary>A caller with the master key.</summary>
    public HttpClient Client { get; }

    /// <param name="change">What is different from the usual host.</param>
    /// <param name="shared">The storage account of several sites; one of its own when null.</param>
    /// <param name="instances">Where several sites keep their instances; a folder of its own when null.</param>
    public static async Task<RealSite> ServeAsync(Func<HostOptions, HostOptions>? change = null, Azurite? shared = null, InstanceFolder? instances = null)
    {
        var root = new PublishedRoot();
        var ownAzurite = shared is null ? await Azurite.StartAsync() : null;
        var ownInstances = instances is null ? new InstanceFolder() : null;
        var options = new HostOptions
        {
            Root = root.Folder,
            RunsTimers = true,
            Settings = new Dictionary<string, string>
            {
                ["AzureWebJobsStorage"] = (shared ?? ownAzurite!).ConnectionString,
                ["CONTROLPLANE_ENGINE_PATH"] = PublishedRoot.EngineFolder,
                ["CONTROLPLANE_DATA"] = (instances ?? ownInstances!).Path,
            },
        };
        var host = await HostDouble.StartAsync(change?.Invoke(options) ?? options);
        await host.Worker.WaitUntilReadyAsync();
        return new RealSite(root, ownAzurite, host, ownInstances);
    }

    public Task AddMonitorAsync(string name, int min, int max) => PostAsync("v1/monitors", Monitor(name, min, max), HttpStatusCode.Created);

    /// <summary>Posts JSON, and gives what was answered, which must have such a status.</summary>
    public async Task<JObject> PostAsync(string path, object body, HttpStatusCode expected)
    {
        using var content = Json(body);
        using var answer = await Client.PostAsync(path, content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{path}: {answer.StatusCode}: {text}\n{Describe()}");
        return JObject.Parse(text);
    }

    /// <summary>
    /// Adds a monitor as a caller must who may meet a handler that is being killed: it asks again, and then a monitor that
    /// is there already is its own.
    /// </summary>
    public Task AddMonitorDespiteKillsAsync(string name, int min, int max)
    {
        var isAgain = false;
        var last = "";
        return Wait.UntilAsync(
            async () =>
            {
                using var answer = await PostMonitorAsync(name, min, max);
                last = $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
                var isThere = answer.StatusCode == HttpStatusCode.Created || (isAgain && answer.StatusCode == HttpStatusCode.Conflict);
                isAgain = true;
                return isThere;
            },
            () => $"the monitor {name}; the last answer was {last}\n{Describe()}");
    }

    /// <summary>Waits until the router gives work to so many instances of a group.</summary>
    public async Task ReadyAsync(string tag, int count, string context, double seconds = 90)
    {
        var start = TimeProvider.System.GetTimestamp();
        var found = "";
        while (TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds)
        {
            using var answer = await Client.GetAsync($"v1/groups/{tag}");
            found = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode && (int?)JObject.Parse(found)["ready"] == count)
                return;
            await Task.Delay(200);
        }

        Assert.Fail($"{context}: after {seconds} s {tag} has not {count} instances that serve: {found}\n{Describe()}");
    }

    /// <summary>Everything that helps to understand a failure.</summary>
    public string Describe()
    {
        var instances = Host.Hub.Instances.Select(instance => $"{instance.Id} {instance.Status} {instance.Output}");
        return $"{string.Join('\n', instances.Concat(Host.Notes.Complaints))}\n{Host.Worker.Output}";
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        if (_ownAzurite is not null)
            await _ownAzurite.DisposeAsync();
        _ownInstances?.Dispose();
        _root.Dispose();
    }

    private async Task<HttpResponseMessage> PostMonitorAsync(string name, int min, int max)
    {
        using var monitor = Json(Monitor(name, min, max));
        return await Client.PostAsync("v1/monitors", monitor);
    }

    /// <summary>With its length: an older host refuses a chunked body before anybody sees it.</summary>
    private static StringContent Json(object body) => new(JsonConvert.SerializeObject(body), Encoding.UTF8, "application/json");

    private static object Monitor(string name, int min, int max) => new
    {
        name,
        tag = name,
        minInstances = min,
        maxInstances = max,
        allocateType = "local",
        allocateStrategy = "JobNumAwareAllocate",
        profile = "sql-engine",
        periodSeconds = 0.5,
        samples = 2,
        drainDeadlineSeconds = 2,
    };
}
