using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Signals;

/// <summary>Three instances, of which one would do, as long as Prometheus says so.</summary>
public sealed class LostSourceTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData(null, 3, "stale")]
    [InlineData(5, 5, "fallback")]
    public async Task Decide_PrometheusGoesAway_HoldsOrFallsBackAndSaysSoWithAges(int? fallback, int outcome, string clamp)
    {
        await using var prometheus = await PrometheusDouble.StartAsync(_ => 0.2);
        var monitor = await GroupAsync(new()
        {
            Signals = [PromQl("load", $"http://{prometheus.Address}"), Jobs],
            FallbackCount = fallback,
        });
        Assert.Equal(1, (await DecideAsync(monitor, retired: 2)).Desired);

        await prometheus.StopAsync();
        var after = await DecideAsync(monitor, retired: 0);

        Assert.Equal(outcome, after.Desired);
        Assert.Contains(clamp, after.Clamps.Select(one => one.Name));
        Assert.Matches(@"missing or stale: load \(last read [0-9.]+ s ago\)", after.Reason);
        var input = Assert.Single(after.Inputs!, input => input.Name == "load");
        Assert.Equal((null, true), (input.Value, input.AgeSeconds > 1));
    }

    [Fact]
    public async Task Decide_PrometheusWasNeverThere_HoldsAndSaysSo()
    {
        var monitor = await GroupAsync(new() { Signals = [PromQl("load", $"http://127.0.0.1:{FreePort.Find()}")] });

        var decision = await DecideAsync(monitor);

        Assert.Equal(3, decision.Desired);
        Assert.Contains("Missing or stale: load (never read).", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 3)]
    [InlineData(double.NaN, 3)]
    public async Task Decide_Blocker_HoldsWhileItIsTrueOrCannotBeTold(double blocked, int outcome)
    {
        await using var prometheus = await PrometheusDouble.StartAsync(query => query == "backup" ? blocked : 0.2);
        var url = $"http://{prometheus.Address}";
        var monitor = await GroupAsync(new() { Signals = [PromQl("load", url)], Blockers = [new() { Name = "night", Url = url, Query = "backup" }] });

        var decision = await DecideAsync(monitor, retired: 3 - outcome);

        Assert.Equal(outcome, decision.Desired);
        Assert.Equal(outcome == 3, decision.Clamps.Any(clamp => clamp.Name == "blocker"));
    }

    [PrometheusFact]
    public async Task Decide_RealPrometheusGoesAway_Holds()
    {
        await using var prometheus = await RealPrometheus.StartAsync();
        var monitor = await GroupAsync(new() { Signals = [PromQl("load", prometheus.Url, "vector(0.2)")] });
        var before = await DecideAsync(monitor, retired: 2);
        Assert.Equal((1, 0.2), (before.Desired, Assert.Single(before.Inputs!).Value));

        await prometheus.DisposeAsync();
        var after = await DecideAsync(monitor, retired: 0);

        Assert.Equal(3, after.Desired);
        Assert.Matches(@"Missing or stale: load \(last read [0-9.]+ s ago\)", after.Reason);
    }

    private static Signal Jobs => new() { Name = "jobs", Kind = SignalKind.JobsPerInstance, Target = 1 };

    private static Signal PromQl(string name, string url, string query = "load") => new()
    {
        Name = name,
        Kind = SignalKind.PromQl,
        Target = 1,
        Url = url,
        Query = query,
        StaleAfter = TimeSpan.FromSeconds(1),
    };

    private async Task<Monitor> GroupAsync(ScalingPolicy policy)
    {
        var tag = _host.NewName("lost");
        var monitor = new Monitor
        {
            Id = 1,
            Name = "watch-" + tag,
            Tag = tag,
            Min = 0,
            Max = 8,
            Provider = "local",
            Strategy = "TargetTracking",
            Profile = TestProfiles.Startable,
            Policy = policy,
        };
        var names = Enumerable.Range(1, 3).Select(number => $"{tag}-{number}").ToList();
        foreach (var name in names)
        {
            var backend = Sample.Backend(name, tag) with { Monitor = monitor.Name, Profile = TestProfiles.Steady };
            Assert.Null((await _host.Get<BackendBook>().AddAsync(backend, null, default)).Problem);
        }

        var now = DateTimeOffset.UtcNow;
        var (decision, state) = Planner.Decide(await _host.Get<GroupReader>().ReadAsync(monitor with { Policy = null }, new GroupState(), default), new SloSlack());
        var instances = names.Select(name => new Instance
        {
            Name = name,
            Monitor = monitor.Name,
            Tag = tag,
            Provider = "local",
            Profile = monitor.Profile,
            OrderedAt = now,
            Phase = InstancePhase.Running,
        });
        Assert.True(await _host.Get<GroupStore>().CommitAsync(decision, state with { Target = 3 }, null, instances, [], default));
        return monitor;
    }

    /// <summary>Decides until so many leave: what was read before goes stale in its own time, on a busy machine before it is looked at.</summary>
    private async Task<Decision> DecideAsync(Monitor monitor, int retired)
    {
        var decision = await DecideAsync(monitor);
        await Soon.TrueAsync(async () => decision.Retire.Count == retired || (decision = await DecideAsync(monitor)).Retire.Count == retired, $"a decision that takes {retired} away");
        return decision;
    }

    private async Task<Decision> DecideAsync(Monitor monitor)
    {
        var (state, _) = await _host.Get<GroupStore>().ReadStateAsync(monitor.Tag, default);
        var view = await _host.Get<GroupReader>().ReadAsync(monitor, state, default);

        // The one machine of the tests has room for fewer than the group may have.
        return Planner.Decide(view with { Room = Room.Of(8) }, AllocateStrategies.Find(monitor.Strategy)!).Decision;
    }
}
