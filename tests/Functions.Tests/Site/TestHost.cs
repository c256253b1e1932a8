using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Infra.LocalProcess;
using ControlPlane.Infra.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>The whole control plane of one machine in this process, on a free port, with its state in a temporary folder.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly DirectoryInfo? _folder;
    private readonly SqliteFile _file;
    private readonly WebApplication _app;
    private int _names;

    private TestHost(DirectoryInfo? folder, SqliteFile file, WebApplication app, LogRecorder log)
    {
        (_folder, _file, _app, Log) = (folder, file, app, log);
        Address = new Uri(Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public LogRecorder Log { get; }

    public WebApplication App => _app;

    public Dispatcher Dispatcher => Get<Dispatcher>();

    public WaitQueue Queue => Get<WaitQueue>();

    /// <summary>Starts one, with other settings and with parts of the test's own besides the product's.</summary>
    public static async Task<TestHost> StartAsync(Func<ControlPlaneOptions, ControlPlaneOptions>? set = null, Action<IServiceCollection>? add = null)
    {
        var folder = Directory.CreateTempSubdirectory("controlplane-test-");
        return await StartAsync(new ControlPlaneOptions { Port = 0, DataFolder = folder.FullName }, set, folder, add);
    }

    /// <summary>Starts on a state folder of the test's own, which stays when the host ends.</summary>
    public static Task<TestHost> StartOnAsync(string folder) => StartAsync(new ControlPlaneOptions { Port = 0, DataFolder = folder }, null, null);

    private static async Task<TestHost> StartAsync(
        ControlPlaneOptions options, Func<ControlPlaneOptions, ControlPlaneOptions>? set, DirectoryInfo? folder, Action<IServiceCollection>? add = null)
    {
        options = set?.Invoke(options) ?? options;
        var state = new StateFolder(options.DataFolder);
        var file = state.Open();
        var log = new LogRecorder();
        var local = new LocalProcessOptions { Owner = "test", DataFolder = state.InstancesFolder, EnginePath = [], Slots = 1 };
        var builder = WebHost.Prepare(options, new ProfileSet(TestProfiles.All), services => services.AddSingleMachine(file, local));
        add?.Invoke(builder.Services);
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        var app = WebHost.Build(builder);
        await app.Services.GetRequiredService<RegistryFeed>().RefreshAsync();
        await app.StartAsync();
        return new TestHost(folder, file, app, log);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A text that no other test of this host uses, for a tag or a name.</summary>
    public string NewName(string kind = "t") => $"{kind}{Interlocked.Increment(ref _names)}";

    /// <summary>Adds an engine under its own name and waits until it takes work.</summary>
    public async Task AddAsync(FakeEngine engine, string tags, string profile = TestProfiles.Steady, int? maxJobs = null, int weight = 1)
    {
        await RegisterAsync(engine.Name, engine.Address, tags, profile, maxJobs, weight);
        await StateAsync(engine.Name, BackendState.Ready);
    }

    /// <summary>Adds a backend and does not wait.</summary>
    public async Task RegisterAsync(string name, string url, string tags, string profile = TestProfiles.Steady, int? maxJobs = null, int weight = 1)
    {
        var spec = new { name, url, tags = tags.Split(','), profile, maxJobs, weight };
        using var answer = await Client.PostAsJsonAsync("/v1/backends", spec);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Adds an engine that answers no checks, as one that has passed them.</summary>
    public async Task<string> AddRawAsync(RawEngine engine, string tags)
    {
        var name = NewName("raw");
        await RegisterAsync(name, engine.Address, tags, "generic");
        await StateAsync(name, BackendState.Ready);
        return name;
    }

    /// <summary>Starts an engine of a new name and adds it.</summary>
    public async Task<FakeEngine> StartEngineAsync(string tags, string profile = TestProfiles.Steady, int? maxJobs = null, int weight = 1)
    {
        var engine = await FakeEngine.StartAsync(NewName("b"));
        await AddAsync(engine, tags, profile, maxJobs, weight);
        return engine;
    }

    public async Task RemoveAsync(string name)
    {
        using var answer = await Client.DeleteAsync(new Uri($"/v1/backends/{name}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    /// <summary>Waits until the router knows a backend to be in a state.</summary>
    public Task StateAsync(string name, BackendState state) =>
        Soon.TrueAsync(() => Find(name)?.Backend.State == state, $"{name} in state {state}; it is {Find(name)?.Backend.State}");

    /// <summary>The router's side of a backend; null when it has none of that name.</summary>
    public Destination? Find(string name) => Dispatcher.Table.All.FirstOrDefault(destination => destination.Name == name);

    /// <summary>Sends a form to run something.</summary>
    public Task<HttpResponseMessage> RunAsync(string tags, string? strategy = null, string sql = "select 1", CancellationToken cancellation = default)
    {
        var form = new List<KeyValuePair<string, string>> { new("sql", sql), new("tags", tags) };
        if (strategy is not null)
            form.Add(new("proxyStrategy", strategy));
        return Client.PostAsync(new Uri("/run/script", UriKind.Relative), new FormUrlEncodedContent(form), cancellation);
    }

    /// <summary>Sends a form.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string form) =>
        Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(form, null, "application/x-www-form-urlencoded"));

    public async Task<JsonElement> GetJsonAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.RelativeOrAbsolute));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _file.DisposeAsync();
        _folder?.Delete(recursive: true);
    }
}
