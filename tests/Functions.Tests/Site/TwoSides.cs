using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>A group in the middle of an upgrade: a blue engine of epoch 1, which serves, and a green one of epoch 2.</summary>
internal sealed class TwoSides : IAsyncDisposable
{
    private TwoSides(TestHost host, string tag, FakeEngine blue, FakeEngine green) => (Host, Tag, Blue, Green) = (host, tag, blue, green);

    public TestHost Host { get; }

    public string Tag { get; }

    public FakeEngine Blue { get; }

    public FakeEngine Green { get; }

    public InFlight InFlight => Host.Get<InFlight>();

    public static async Task<TwoSides> StartAsync(TestHost host, int? maxJobs = null)
    {
        var tag = host.NewName("g");
        var site = new TwoSides(host, tag, await host.StartEngineAsync(tag, TestProfiles.Readable, maxJobs), await FakeEngine.StartAsync(host.NewName("b")));
        await site.OwnAsync(site.Blue, 1);
        var row = Group.First(tag) with { Green = new Side { Epoch = 2 }, Upgrade = "u1" };
        Assert.Null((await host.Get<Registry<Group>>().AddAsync(row)).Problem);
        await host.Get<RegistryFeed>().RefreshAsync();
        await site.JoinAsync(site.Green, 2, maxJobs);
        return site;
    }

    /// <summary>Adds an engine as the instance of a monitor, made for an epoch.</summary>
    public async Task JoinAsync(FakeEngine engine, long epoch, int? maxJobs = null)
    {
        // Under another tag first, or it would serve for a moment as one that was added by hand.
        await Host.AddAsync(engine, Host.NewName("elsewhere"), TestProfiles.Readable, maxJobs);
        await OwnAsync(engine, epoch);
    }

    /// <summary>Adds an engine by hand, before the upgrade: nobody can while it goes on.</summary>
    public async Task<FakeEngine> AddByHandAsync(string? otherTag = null, int weight = 1)
    {
        await ChangeAsync(group => group with { Upgrade = null });
        var engine = await Host.StartEngineAsync(otherTag is null ? Tag : $"{Tag},{otherTag}", weight: weight);
        await ChangeAsync(group => group with { Upgrade = "u1" });
        return engine;
    }

    public Task GateAsync(Gate gate) => ChangeAsync(group => group with { Gate = gate });

    /// <summary>Changes the row, and waits until this router goes by it.</summary>
    public async Task ChangeAsync(Func<Group, Group> change)
    {
        Assert.Null((await Host.Get<Registry<Group>>().ChangeAsync(Tag, null, group => change(group))).Problem);
        await Host.Get<RegistryFeed>().RefreshAsync();
    }

    public Task<string> RunAsync(string sql = "insert into t values (1)", CancellationToken cancellation = default) =>
        Host.RunAsync(Tag, sql: sql, cancellation: cancellation).TextAsync();

    public Task HeldAsync(int count) => Soon.TrueAsync(() => Held.Now == count, $"{count} held requests of {Tag}; there are {Held.Now}");

    public HoldCount Held => Host.Get<HoldLine>().Measure(Tag);

    public Task<OutcomeSnapshot> OutcomesAsync(long epoch) => Host.Get<SideOutcomes>().ReadAsync(Tag, epoch, default);

    public async ValueTask DisposeAsync()
    {
        await Blue.DisposeAsync();
        await Green.DisposeAsync();
    }

    private async Task OwnAsync(FakeEngine engine, long epoch)
    {
        var changed = await Host.Get<Registry<Backend>>().ChangeAsync(
            engine.Name, null, backend => backend with { Monitor = "m", Epoch = epoch, Tags = TagSet.Parse("tag", Tag).Value });
        Assert.Null(changed.Problem);
        await Host.Get<RegistryFeed>().RefreshAsync();
    }
}
