using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Infra.Sqlite;
using ControlPlane.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Routing;

/// <summary>Two routers of one control plane: one that publishes, and one that reads.</summary>
public sealed class RouterReportsTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");
    private readonly FakeTimeProvider _time = new();
    private readonly SqliteFile _file;
    private readonly SqliteEntityStore _store;
    private readonly RegistryFeed _feed;
    private readonly Destination _backend;
    private readonly RouterOptions _options = new();
    private readonly WaitQueue _queue;
    private readonly Dispatcher _dispatcher;
    private readonly RouterReports _writer;
    private readonly RouterReports _reader;

    public RouterReportsTests()
    {
        _file = SqliteFile.Open(Path.Combine(_folder.FullName, "state.db"));
        _store = new SqliteEntityStore(_file, _time);
        _feed = Feed();
        _backend = Sample.Destination("b1", "a", _time);
        _queue = new WaitQueue(_options, _time);
        _dispatcher = NewDispatcher();
        (_writer, _reader) = (Router(_dispatcher), Router(NewDispatcher()));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _writer.StopAsync(default);
        _writer.Dispose();
        _reader.Dispose();
        _feed.Dispose();
        await _file.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Read_RouterWithWork_SaysRunTimesAndEndedJobs()
    {
        Finish(3);
        Assert.True(_backend.TryAcquire(0, out _));
        await _feed.RefreshAsync();
        _time.Advance(7 * Second);
        await _writer.StartAsync(default);

        var report = await ReportAsync(report => report.InFlight.Count > 0, "work in flight");

        Assert.Equal(1, report.InFlight["b1"]);
        Assert.Equal(7 * Second, report.RunTime!["b1"]);
        Assert.Equal(3, report.Finished!["a"]);
    }

    /// <summary>Whoever shuts a gate waits until every router has said that it knows, and what it sent before.</summary>
    [Theory]
    [InlineData(null, 1)]
    [InlineData(Gate.Open, 5)]
    [InlineData(Gate.WritesHeld, 1)]
    public async Task Read_RouterWithWork_IsToldMoreOftenWhileAGateIsShut(Gate? gate, int ticks)
    {
        var tick = gate is null ? Second : Second / 5;
        await UpgradeAsync(gate);
        Assert.True(_backend.TryAcquire(0, out _));
        var others = _time.ArmedTimers;
        await _writer.StartAsync(default);
        await WaitsAsync();
        Assert.True(_backend.TryAcquire(1, out _));

        for (var passed = 0; passed < ticks; passed++)
        {
            _time.Advance(tick - TimeSpan.FromTicks(1));
            Assert.Equal((others + 1, 1), (_time.ArmedTimers, (await ReadAsync())!.InFlight["b1"]));
            _time.Advance(TimeSpan.FromTicks(1));
            await WaitsAsync();
        }

        Assert.Equal(2, (await ReadAsync())!.InFlight["b1"]);

        Task WaitsAsync() => Soon.TrueAsync(() => _time.ArmedTimers > others, "the wait for the next report");
    }

    [Fact]
    public void IsAwaitedAfter_GateOrGroupHasChanged_IsTrue()
    {
        var (open, shut) = (Knowing(new SeenGroup("u1", 3, Gate.Open)), Knowing(new SeenGroup("u1", 3, Gate.Closed)));

        Assert.False(open.IsAwaitedAfter(open));
        Assert.True(open.IsAwaitedAfter(shut));
        Assert.True(open.IsAwaitedAfter(Knowing(new SeenGroup("u1", 2, Gate.Open))));
        Assert.True(open.IsAwaitedAfter(RouterReport.Empty));
        Assert.True(shut.IsAwaitedAfter(shut));
        Assert.False(RouterReport.Empty.IsAwaitedAfter(open));

        static RouterReport Knowing(SeenGroup group) => RouterReport.Empty with { Groups = new Dictionary<string, SeenGroup> { ["a"] = group } };
    }

    [Fact]
    public async Task Read_JobsBetweenTwoReports_AreToldAfterAWhile()
    {
        await _writer.StartAsync(default);
        Finish(2);

        var report = await AdvanceUntilAsync(report => report?.Finished?.GetValueOrDefault("a") == 2, "the two jobs");

        Assert.True(report!.IsIdle);
    }

    [Fact]
    public async Task Read_RowThatIsNotRenewed_KeepsItsEndedJobsAndNothingElse()
    {
        await WriteAsync(Busy with { Finished = new Dictionary<string, long> { ["a"] = 9 } });

        _time.Advance(10 * Second);
        var overdue = await ReadAsync();
        _time.Advance(60 * Second);
        var gone = await ReadAsync();

        Assert.Equal((0, 9L, true, "r9"), (overdue!.InFlight.Count, overdue.Finished!["a"], overdue.IsOverdue, overdue.Router));
        Assert.Equal((9L, false), (gone!.Finished!["a"], gone.IsOverdue));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await ReadAsync());
    }

    [Fact]
    public async Task Read_ReportOfAWhileAgo_SaysWhenItWas()
    {
        var written = _time.GetUtcNow();
        await WriteAsync(Busy);
        _time.Advance(6 * Second);

        Assert.Equal(written, (await ReadAsync())!.At);
    }

    [Fact]
    public async Task Read_IdleRouterThatIsSilent_IsNotMissed()
    {
        await WriteAsync(RouterReport.Empty);
        _time.Advance(20 * Second);

        Assert.False((await ReadAsync())!.IsOverdue);
    }

    [Fact]
    public async Task Read_RouterHasEndedInGoodOrder_IsNotMissed()
    {
        Assert.True(_backend.TryAcquire(0, out var place));
        await _writer.StartAsync(default);
        await ReportAsync(report => !report.IsIdle, "the report");

        _backend.End(place, hasRun: true);
        await _writer.StopAsync(default);
        _time.Advance(20 * Second);

        Assert.Equal((true, false), ((await ReadAsync())!.IsIdle, (await ReadAsync())!.IsOverdue));
    }

    [Fact]
    public async Task Read_RouterHasEndedWithWork_IsMissed()
    {
        Assert.True(_backend.TryAcquire(0, out _));
        await _writer.StartAsync(default);
        await ReportAsync(report => !report.IsIdle, "the report");

        await _writer.StopAsync(default);
        _time.Advance(20 * Second);

        Assert.True((await ReadAsync())!.IsOverdue);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","registryAge":"00:00:01","later":{"a":[1]}""")]
    public async Task Read_RowOfAnotherVersion_IsUnderstood(string more)
    {
        await _store.CommitAsync("routers", "router", [new EntityChange.Upsert("r9", $$"""{"inFlight":{"b1":2},"lines":{},"isIdle":false{{more}}}""")], default);

        var report = await ReadAsync();

        Assert.Equal((2, null, null), (report!.InFlight["b1"], report.RunTime, report.Finished));
    }

    private static RouterReport Busy => RouterReport.Empty with { InFlight = new Dictionary<string, int> { ["b1"] = 1 } };

    private RegistryFeed Feed() => new(
        new Registry<Backend>(_store, RegistryKinds.Backends, _time),
        new Registry<Monitor>(_store, RegistryKinds.Monitors, _time),
        new Registry<Group>(_store, RegistryKinds.Groups, _time),
        _time,
        NullLogger<RegistryFeed>.Instance);

    private Dispatcher NewDispatcher()
    {
        var dispatcher = new Dispatcher(_queue, _options, _time);
        dispatcher.Use(new RoutingTable([_backend], []));
        return dispatcher;
    }

    private RouterReports Router(Dispatcher dispatcher)
    {
        var load = new RouterLoad(dispatcher, _queue, new FinishedJobs(dispatcher), new HoldLine(dispatcher, _options, _time), new OutcomeBook(dispatcher));
        return new RouterReports(_store, load, _feed, _time, NullLogger<RouterReports>.Instance);
    }

    /// <summary>Both this router's own table and the registry know the group; with no gate it is not being upgraded.</summary>
    private async Task UpgradeAsync(Gate? gate)
    {
        var group = Group.First("a") with { Upgrade = gate is null ? null : "u1", Gate = gate ?? Gate.Open };
        using var groups = new Registry<Group>(_store, RegistryKinds.Groups, _time);
        Assert.Null((await groups.AddAsync(group)).Problem);
        await _feed.RefreshAsync();
        _dispatcher.Use(new RoutingTable([_backend], [], [group]));
    }

    private void Finish(int jobs)
    {
        for (var i = 0; i < jobs; i++)
        {
            Assert.True(_backend.TryAcquire(_backend.InFlight, out var place));
            _backend.Jobs.End(place.Started, hasRun: true);
        }
    }

    private async Task WriteAsync(RouterReport report) => await _store.CommitAsync(
        "routers", "router", [new EntityChange.Upsert("r9", JsonSerializer.Serialize(report, ControlPlaneJson.Default.RouterReport))], default);

    private async Task<RouterReport?> ReadAsync() => (await _reader.ReadAsync(default)).SingleOrDefault();

    private async Task<RouterReport> ReportAsync(Func<RouterReport, bool> isIt, string missing)
    {
        RouterReport? report = null;
        await Soon.TrueAsync(async () => (report = await ReadAsync()) is not null && isIt(report), missing);
        return report!;
    }

    private async Task<RouterReport?> AdvanceUntilAsync(Func<RouterReport?, bool> isIt, string missing)
    {
        RouterReport? report = null;
        await Soon.TrueAsync(
            async () =>
            {
                if (_time.ArmedTimers > 0)
                    _time.Advance(Second);
                return isIt(report = await ReadAsync());
            },
            missing);
        return report;
    }
}
