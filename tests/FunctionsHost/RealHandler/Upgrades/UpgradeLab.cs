using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.FunctionsHost.Tests;
using ControlPlane.TestKit;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.RealHandler.Upgrades;

/// <summary>A PostgreSQL with the database of a shop, and a group of two engines on it, under one host or several.</summary>
internal sealed class UpgradeLab : IAsyncDisposable
{
    public const string Shop = "shop";

    private const string Owner = "shop_owner";
    private const int Writers = 4;

    private readonly Postgres _server;
    private readonly Azurite _azurite;
    private readonly InstanceFolder _instances;

    private readonly List<RealSite> _sites = [];
    private IdWriters? _clients;

    private UpgradeLab(Postgres server, Azurite azurite, InstanceFolder instances) => (_server, _azurite, _instances) = (server, azurite, instances);

    /// <summary>The hosts. Orders go to the first.</summary>
    public IReadOnlyList<RealSite> Sites => _sites;

    /// <summary>Those who write all the time.</summary>
    public IdWriters Clients => _clients!;

    /// <param name="changes">What is different about each host.</param>
    public static async Task<UpgradeLab> OpenAsync(params Func<HostOptions, HostOptions>[] changes)
    {
        var server = await Postgres.StartAsync("wal_level=logical", "wal_retrieve_retry_interval=100ms");
        var lab = new UpgradeLab(server, await Azurite.StartAsync(), new InstanceFolder());
        try
        {
            await lab.CreateDatabaseAsync();
            await lab.ServeAsync(changes);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an upgrade to version 2 and returns its name.</summary>
    public async Task<string> UpgradeAsync(string mode)
    {
        // A machine that others use as well answers later now and then: that is no reason here to go back.
        var order = new { group = Shop, mode, version = "2", bakeSeconds = 1, maxSlowdown = 1000 };
        var key = Guid.NewGuid().ToString();
        JObject? started = null;
        await Wait.UntilAsync(async () => (started = await TrySendAsync(HttpMethod.Post, "v1/upgrades", order, key)) is not null, () => $"the answer to the order\n{Describe()}");
        return (string)started!["name"]!;
    }

    /// <summary>Keeps everybody from the table that no client uses, as a backup needs it, until this is disposed of.</summary>
    public async Task<IAsyncDisposable> LockAsync()
    {
        // Under this name the preflight takes it for a session of the control plane.
        var holding = _server.SqlAsync("set application_name = 'controlplane, a test'; begin; lock table calm in access exclusive mode; select pg_sleep(600)", Shop);
        await Wait.UntilAsync(async () => await CountAsync("wait_event = 'PgSleep'") == 1, () => "the lock");
        return new TableLock(this, holding);
    }

    /// <summary>Whether a backup waits for that table.</summary>
    public async Task<bool> IsBackingUpAsync() => await CountAsync("wait_event_type = 'Lock'") > 0;

    /// <summary>
    /// Waits until the upgrade is over and writes go on, ends the writers, and checks that one side serves, whole, with
    /// everything that was acknowledged.
    /// </summary>
    /// <returns>The upgrade as it ended.</returns>
    public async Task<JObject> EndAsync(string upgrade, double seconds = 90)
    {
        JObject? found = null;
        await Wait.UntilAsync(async () => (found = await TryReadAsync($"v1/upgrades/{upgrade}")) is { } row && row["endedAt"]?.Type is not (null or JTokenType.Null),
            () => $"the end of {found?.ToString(Formatting.None)}\n{Describe()}", seconds);
        var before = Clients.Acknowledged.Count;
        await Wait.UntilAsync(() => Clients.Acknowledged.Count > before + 20, () => $"more writes; {string.Join('\n', Clients.Failures.TakeLast(3))}\n{Describe()}");
        await Clients.StopAsync();

        var serving = (await TryReadAsync($"v1/groups/{Shop}"))!["serving"]!;
        var database = (string?)serving["sides"]!.Single(side => (string)side["colour"]! == (string)serving["live"]!)["database"] ?? Shop;
        var ids = (await _server.SqlAsync("select id from events", database)).Split('\n');
        Assert.Empty(Clients.Acknowledged.Except(ids));
        Assert.Empty(ids.Except(Clients.Acknowledged).Except(Clients.Unknown));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal("Open", (string)serving["gate"]!);
        Assert.Equal((string)found!["phase"]! == "Succeeded" ? "2" : "1", await _server.SqlAsync("select max(version) from engine_schema", database));
        return found;
    }

    /// <summary>Everything that helps to understand a failure.</summary>
    public string Describe() => string.Join("\n\n", Sites.Select(site => site.Describe()));

    public async ValueTask DisposeAsync()
    {
        if (_clients is not null)
        {
            await _clients.StopAsync();
            _clients.Dispose();
        }

        foreach (var site in _sites)
            await site.DisposeAsync();
        await _azurite.DisposeAsync();
        _instances.Dispose();
        await _server.DisposeAsync();
    }

    private async Task CreateDatabaseAsync()
    {
        await _server.SqlAsync($"create role {Owner} nologin");
        await _server.SqlAsync($"create database {Shop} owner {Owner}");
        await _server.SqlAsync($"""
            set role {Owner};
            create table events (id text primary key, body text, at timestamptz default now());
            create table engine_schema (version int primary key);
            insert into engine_schema values (1);
            create table calm (id int primary key);
            """, Shop);
    }

    private async Task ServeAsync(Func<HostOptions, HostOptions>[] changes)
    {
        var own = new Dictionary<string, string>
        {
            ["CONTROLPLANE_DATABASES"] = $"main: {{ kind: postgres, host: {Postgres.Host}, port: {_server.Port}, user: {Postgres.Superuser}, password: {Postgres.Password} }}",
            ["CONTROLPLANE_SECRET_KEY"] = RandomNumberGenerator.GetHexString(64, lowercase: true),
        };
        foreach (var change in changes)
            _sites.Add(await RealSite.ServeAsync(options => change(options with { Settings = options.Settings.Concat(own).ToDictionary() }), _azurite, _instances));

        // It tells the handler where the Durable extension is.
        await _sites[0].Host.FireTimerAsync("Tick");
        await _sites[0].PostAsync("v1/monitors", new
        {
            name = Shop,
            tag = Shop,
            minInstances = 2,
            maxInstances = 6,
            allocateType = "local",
            allocateStrategy = "Threshold",
            profile = "sql-engine-pg",
            drainDeadlineSeconds = 5,
            database = new { server = "main", name = Shop, owner = Owner },
        }, HttpStatusCode.Created);
        foreach (var site in _sites)
            await site.ReadyAsync(Shop, 2, "at first");
        _clients = new IdWriters(Shop, Enumerable.Range(0, Writers).Select(number => _sites[number % _sites.Count].Client));
    }

    private Task<JObject?> TryReadAsync(string path) => TrySendAsync(HttpMethod.Get, path);

    private async Task<int> CountAsync(string sessions) =>
        int.Parse(await _server.SqlAsync($"select count(*) from pg_stat_activity where datname = '{Shop}' and {sessions}"), CultureInfo.InvariantCulture);

    /// <summary>Null while the handler is being started again; with its key, a request may be sent again then.</summary>
    private async Task<JObject?> TrySendAsync(HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(JsonConvert.SerializeObject(body), Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await Sites[0].Client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.False(answer.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError, $"{path}: {text}");
            return answer.IsSuccessStatusCode ? JObject.Parse(text) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private sealed class TableLock(UpgradeLab lab, Task holding) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await lab._server.SqlAsync("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'");
            await holding.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
