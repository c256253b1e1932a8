using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Hosting;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Infra.LocalProcess;
using ControlPlane.Infra.Sqlite;
using ControlPlane.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>
/// The parts that look at groups, on a clock of the test's own and a store that counts. Nothing runs in the background.
/// Has one group with ten backends that were added by hand.
/// </summary>
internal sealed class QuietSite : IAsyncDisposable
{
    public const string Tag = "quiet";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");
    private readonly SqliteFile _file;
    private readonly ServiceProvider _services;

    private QuietSite(Func<ControlPlaneOptions, ControlPlaneOptions>? set)
    {
        _file = SqliteFile.Open(Path.Combine(_folder.FullName, "state.db"));
        Store = new(new SqliteEntityStore(_file, Time));
        var options = new ControlPlaneOptions { DataFolder = _folder.FullName, Router = new() { QueueDeadline = TimeSpan.FromHours(1) } };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddControlPlane(set?.Invoke(options) ?? options, new ProfileSet(TestProfiles.All));
        services.AddSingleMachine(_file, new LocalProcessOptions { Owner = "test", DataFolder = _folder.FullName, EnginePath = [], Slots = 1 });
        services.AddSingleton<IEntityStore>(Store);
        services.AddSingleton<TimeProvider>(Time);
        // Their connections are swept every few seconds, which would be most of the work of a day that is played.
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<DestinationSet>(provider, TimeProvider.System));
        _services = services.BuildServiceProvider();
        Watch = new(Time, input => Get<EvaluateGroup>().RunAsync(input, CancellationToken.None));
    }

    public FakeTimeProvider Time { get; } = new();

    public CountingStore Store { get; }

    public PlayedWatch Watch { get; }

    public GroupStore Groups => Get<GroupStore>();

    /// <summary>Starts with a monitor of 1 to 10 instances that looks every 5 s.</summary>
    public static async Task<QuietSite> StartAsync(
        ScalingPolicy? policy = null, string strategy = "JobNumAwareAllocate", Func<ControlPlaneOptions, ControlPlaneOptions>? set = null)
    {
        var site = new QuietSite(set);
        site.Get<DestinationSet>();
        for (var number = 0; number < 10; number++)
        {
            await site.Get<Registry<Backend>>().AddAsync(new Backend
            {
                Id = 0,
                Name = $"b{number}",
                Url = $"http://127.0.0.1:{9000 + number}",
                Tags = TagSet.Parse("tags", Tag).Is(out var tags, out _) ? tags : throw new InvalidOperationException(),
                Profile = TestProfiles.Steady,
                State = BackendState.Ready,
                MaxJobs = 1,
            });
        }

        await site.Get<Registry<Monitor>>().AddAsync(new Monitor
        {
            Id = 0,
            Name = "w",
            Tag = Tag,
            Min = 1,
            Max = 10,
            Provider = "local",
            Strategy = strategy,
            Profile = TestProfiles.Startable,
            Policy = policy,
        });
        await site.Get<RegistryFeed>().RefreshAsync();
        site.Store.Clear();
        return site;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<int> CountDecisionsAsync() => (await DecisionsAsync()).Count;

    /// <summary>All decisions of the group, newest first.</summary>
    public async Task<IReadOnlyList<Decision>> DecisionsAsync() =>
        await Get<DecisionLog>().ReadBackAsync(Tag, DateTimeOffset.MaxValue, CancellationToken.None).ToListAsync();

    public Destination Backend(int number) => Get<Dispatcher>().Table.All.Single(destination => destination.Name == $"b{number}");

    /// <summary>Adds an instance that runs, which no backend is registered for.</summary>
    public async Task<Instance> AddInstanceAsync(string monitor)
    {
        var instance = new Instance
        {
            Name = "quiet-1",
            Monitor = monitor,
            Tag = Tag,
            Provider = "local",
            Profile = TestProfiles.Startable,
            Phase = InstancePhase.Running,
            OrderedAt = Time.GetUtcNow(),
            Handle = new InstanceHandle("slot-1", "http://127.0.0.1:9", "none"),
        };
        EntityChange[] changes = [new EntityChange.Add($"instance:{instance.Name}", JsonSerializer.Serialize(instance, ControlPlaneJson.Default.Instance))];
        await Store.CommitAsync("groups", Tag, changes, CancellationToken.None);
        return instance;
    }

    public async Task<Instance> FindInstanceAsync() => (await Groups.FindInstanceAsync(Tag, "quiet-1", CancellationToken.None))!.Value;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _file.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Counts what is asked of a store, and lets others come between.</summary>
internal sealed class CountingStore(IEntityStore inner) : IEntityStore
{
    private Func<Task>? _beforeList;
    private Func<Task>? _beforeCommit;

    public int Reads { get; private set; }

    public int Writes { get; private set; }

    public void Clear() => (Reads, Writes) = (0, 0);

    /// <summary>What others do once, just before rows are listed across all groups.</summary>
    public void BeforeNextListOfAll(Func<Task> others) => _beforeList = others;

    /// <summary>What others do once, just before something is written.</summary>
    public void BeforeNextCommit(Func<Task> others) => _beforeCommit = others;

    public Task<Entity?> GetAsync(string table, string partition, string row, CancellationToken cancellation)
    {
        Reads++;
        return inner.GetAsync(table, partition, row, cancellation);
    }

    public async Task<EntityPage> QueryAsync(string table, EntityQuery query, CancellationToken cancellation)
    {
        Reads++;
        if (query.Partition is null && Interlocked.Exchange(ref _beforeList, null) is { } others)
            await others();
        return await inner.QueryAsync(table, query, cancellation);
    }

    public async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<EntityChange> changes, CancellationToken cancellation)
    {
        Writes++;
        if (Interlocked.Exchange(ref _beforeCommit, null) is { } others)
            await others();
        return await inner.CommitAsync(table, partition, changes, cancellation);
    }
}
