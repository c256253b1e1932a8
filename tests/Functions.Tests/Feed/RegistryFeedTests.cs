using ControlPlane.Core.Groups;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Pools;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Feed;

/// <summary>What one process knows of a registry that another changes.</summary>
public sealed class RegistryFeedTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStore _store = new();
    private readonly Registry<Monitor> _elsewhere;
    private readonly RegistryFeed _feed;

    public RegistryFeedTests() => (_elsewhere, _feed) = (Open(RegistryKinds.Monitors), Feed());

    public async Task InitializeAsync()
    {
        await _feed.StartAsync(default);
        await WaitsAsync();
    }

    public async Task DisposeAsync()
    {
        await _feed.StopAsync(default);
        _feed.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task Current_AnotherProcessChangesSomething_HasItAfterOneSecond()
    {
        await AddElsewhereAsync();
        _time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.Equal(1, _time.ArmedTimers);

        _time.Advance(TimeSpan.FromTicks(1));

        await Soon.TrueAsync(() => _feed.Current.Monitors.Length == 1, "the change");
    }

    [Fact]
    public async Task Current_AGroupIsBeingUpgraded_HasItAfterAFifthOfASecond()
    {
        using var groups = Open(RegistryKinds.Groups);
        Assert.Null((await groups.AddAsync(Group.First("g") with { Upgrade = "u1" })).Problem);
        _time.Advance(Second);
        await Soon.TrueAsync(() => _feed.Current.IsUpgrading, "the upgrade");
        await WaitsAsync();

        Assert.Null((await groups.ChangeAsync("g", null, group => group with { Gate = Gate.Closed })).Problem);
        _time.Advance(Second / 5 - TimeSpan.FromTicks(1));
        Assert.Equal(1, _time.ArmedTimers);
        _time.Advance(TimeSpan.FromTicks(1));

        await Soon.TrueAsync(() => _feed.Current.FindGroup("g")!.Gate == Gate.Closed, "the shut gate");
    }

    [Fact]
    public async Task Current_AGroupIsBeingUpgraded_HasEverythingElseAfterASecond()
    {
        using var groups = Open(RegistryKinds.Groups);
        Assert.Null((await groups.AddAsync(Group.First("g") with { Upgrade = "u1" })).Problem);
        await _feed.RefreshAsync();
        _time.Advance(Second);
        await WaitsAsync();
        await AddElsewhereAsync();

        for (var fifth = 1; fifth <= 5; fifth++)
        {
            Assert.Empty(_feed.Current.Monitors);
            _time.Advance(Second / 5);
            await Soon.TrueAsync(() => _time.ArmedTimers == 1 || _feed.Current.Monitors.Length == 1, "the next look");
        }

        await Soon.TrueAsync(() => _feed.Current.Monitors.Length == 1, "the change");
    }

    [Fact]
    public async Task Refresh_AnotherProcessChangedSomething_HasItAtOnce()
    {
        await AddElsewhereAsync();

        await _feed.RefreshAsync();

        Assert.Single(_feed.Current.Monitors);
    }

    /// <summary>Until the feed waits for its next poll.</summary>
    private Task WaitsAsync() => Soon.TrueAsync(() => _time.ArmedTimers == 1, "the feed to wait");

    private async Task AddElsewhereAsync()
    {
        var monitor = new Monitor { Id = 1, Name = "g", Tag = "g", Min = 1, Max = 2, Provider = "local", Strategy = "Threshold", Profile = "generic" };
        Assert.Null((await _elsewhere.AddAsync(monitor)).Problem);
    }

    private RegistryFeed Feed() =>
        new(Open(RegistryKinds.Backends), Open(RegistryKinds.Monitors), Open(RegistryKinds.Groups), _time, NullLogger<RegistryFeed>.Instance);

    private Registry<T> Open<T>(RegistryKind<T> kind)
        where T : class => new(_store, kind, _time);
}
