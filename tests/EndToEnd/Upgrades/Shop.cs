using System.Text.Json;
using ControlPlane.EndToEnd.Machine;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>A group of two engines with a database of its own, that clients write to from the first moment to the last.</summary>
internal sealed class Shop : IAsyncDisposable
{
    /// <summary>Instances that it begins and ends with.</summary>
    public const int Instances = 2;

    /// <summary>Each row says who wrote it and when, whatever version the engine has.</summary>
    private const string Tables = $"""
        create table events (id text primary key, body text, at timestamptz default now(), by text not null default session_user, moment timestamptz not null default clock_timestamp());
        create table engine_schema (version int primary key);
        insert into engine_schema values (1);
        create table calm (id int primary key, body text);
        insert into calm select n, 'row ' || n from generate_series(1, 200) n;
        create sequence receipts;
        select setval('receipts', 4711);
        alter table events owner to {Ground.Owner};
        alter table engine_schema owner to {Ground.Owner};
        alter table calm owner to {Ground.Owner};
        alter sequence receipts owner to {Ground.Owner};
        """;

    private readonly IGround _ground;

    private Shop(IGround ground, string name, IStore store, Writers writers) => (_ground, Name, Store, Writers) = (ground, name, store, writers);

    /// <summary>The tag of the group, and the name of the database that it begins with.</summary>
    public string Name { get; }

    public Writers Writers { get; }

    /// <summary>Where its databases are.</summary>
    public IStore Store { get; }

    public Site Site => _ground.Site;

    /// <summary>The server of its databases; only for a shop that has one.</summary>
    public Postgres Server => ((Ground)_ground).Server;

    /// <summary>Makes one, and waits until it takes writes.</summary>
    /// <param name="ground">Where.</param>
    /// <param name="name">Its name; no other has it.</param>
    /// <param name="profile">The profile of its engines.</param>
    /// <param name="sql">What its database has besides.</param>
    public static async Task<Shop> OpenAsync(Ground ground, string name, string profile = Ground.Profile, string? sql = null)
    {
        await ground.Server.SqlAsync($"create database {name} owner {Ground.Owner}");
        await ground.Server.SqlAsync($"{Tables}\n{sql}", name);
        return await BeginAsync(ground, name, profile, new ServerStore(ground.Server), new DatabaseSpec("main", name, Ground.Owner));
    }

    /// <summary>Makes one whose database is a file, and waits until it takes writes.</summary>
    /// <param name="ground">Where.</param>
    /// <param name="name">Its name; no other has it.</param>
    /// <param name="profile">The profile of its engines.</param>
    public static Task<Shop> OpenAsync(FileGround ground, string name, string profile = FileGround.Profile)
    {
        ground.Store.Create(name);
        return BeginAsync(ground, name, profile, ground.Store, new DatabaseSpec("files", name, "nobody"));
    }

    /// <summary>Starts an upgrade to version 2 and returns its name.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="more">Further fields of the request.</param>
    public async Task<string> UpgradeAsync(string mode, params (string Name, object Value)[] more)
    {
        // A machine that others use as well answers later now and then: that is no reason here to go back.
        var order = new Dictionary<string, object> { ["group"] = Name, ["mode"] = mode, ["version"] = "2", ["bakeSeconds"] = 1, ["maxSlowdown"] = 1000 };
        foreach (var (name, value) in more)
            order[name] = value;
        var answer = await Site.Client.PostAsync("/v1/upgrades", order);
        Assert.True(answer.Status == 202, $"the upgrade was answered {answer.Status}: {answer.Body}");
        return JsonSerializer.Deserialize<UpgradeRow>(answer.Body, JsonSerializerOptions.Web)!.Name;
    }

    /// <summary>Waits until an upgrade is over. Where it waits for somebody's decision, it is to go on.</summary>
    public async Task<UpgradeRow> AwaitEndAsync(string upgrade, double limitSeconds = 60)
    {
        UpgradeRow? row = null;
        await Eventually.NothingMissingAsync(FindMissingAsync, limitSeconds, () => Task.FromResult(Site.Life.Output));
        return row!;

        async Task<string?> FindMissingAsync()
        {
            row = Site.State.FindUpgrade(upgrade);
            if (row?.WaitsFor is { } order)
                await OrderAsync(upgrade, order);
            return row is { IsOver: true } ? null : $"the end of {row}";
        }
    }

    /// <summary>Waits until a step was begun.</summary>
    public async Task AwaitStepAsync(string upgrade, string step)
    {
        using var halt = await Halt.AtAsync(Site, upgrade, step);
    }

    public Task<Answer> OrderAsync(string upgrade, string order, object? body = null) => Site.Client.PostAsync($"/v1/upgrades/{upgrade}:{order}", body ?? new { });

    /// <summary>Kills a control plane that is held up, as a crash would, and starts it again.</summary>
    public async Task RestartControlPlaneAsync(Halt halt)
    {
        using (halt)
        using (Writers.AllowFailures())
        {
            Site.Kill();
            await _ground.StartControlPlaneAsync();
        }
    }

    /// <summary>Kills one engine of an epoch while the control plane is held up, and says which.</summary>
    public async Task<string> KillEngineAsync(Halt halt, long epoch)
    {
        using (halt)
        using (Writers.AllowFailures())
        {
            var engine = FindEngine(epoch);
            Assert.True(engine is not null, $"there is no engine of epoch {epoch}: {halt.Row}");
            ProcessSignal.KillAtOnce(engine.Pid);
            halt.Dispose();
            // What was under way there fails; what was sent afterwards must not, and begins after this.
            await Eventually.TrueAsync(() => Task.FromResult(Site.Engines().All(one => one.Reference != engine.Reference)), $"the end of {engine.Instance}");
            await Writers.AwaitRoundAsync();
            return engine.Instance;
        }
    }

    /// <summary>Kills the database server while the control plane is held up, and starts it again after a while.</summary>
    public async Task RestartDatabaseAsync(Halt halt, TimeSpan down)
    {
        using (halt)
        using (Writers.AllowFailures())
        {
            await Server.CrashAsync();
            halt.Dispose();
            await Task.Delay(down);
            await Server.RecoverAsync();
            await Writers.AwaitRoundAsync();
        }
    }

    private static async Task<Shop> BeginAsync(IGround ground, string name, string profile, IStore store, DatabaseSpec database)
    {
        await ground.Site.Client.AddMonitorAsync(new MonitorSpec(name, name, Instances, 6, profile, AllocateStrategy: "Threshold", Database: database));
        await Eventually.TrueAsync(async () => await ground.Site.Client.CountReadyAsync(name) == Instances, $"{Instances} instances of {name}", 30);
        var shop = new Shop(ground, name, store, Writers.Begin(ground.Site.Client.Url, name));
        await shop.Writers.TakeMoreAsync();
        return shop;
    }

    /// <summary>An engine that runs; null when there is none of that epoch.</summary>
    public EngineProcess? FindEngine(long epoch)
    {
        var names = Site.State.Read().Instances.Where(row => row.Tag == Name && row.Epoch == epoch).Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        return Site.Engines().FirstOrDefault(engine => names.Contains(engine.Instance));
    }

    /// <summary>Ends the writers and removes the group with all its instances.</summary>
    public async ValueTask DisposeAsync()
    {
        await Writers.DisposeAsync();
        using var removed = await Site.Client.TryRemoveMonitorAsync(Name);
        if (!removed.IsSuccessStatusCode)
            return; // An upgrade is still under way: the test has failed, and says why.
        await Eventually.TrueAsync(() => Task.FromResult(Site.State.Read().Instances.All(instance => instance.Tag != Name)), $"the end of the instances of {Name}", 30);
    }
}
