using ControlPlane.Core.Storage;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Pools;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Functions.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;
using ControlPlane.TestKit;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Upgrades.Attempts;

/// <summary>Two processes that attempt the steps of one upgrade, and work that is longer than an attempt.</summary>
public sealed class UpgradeTurnsTests : IAsyncDisposable
{
    private const string Name = "shop-1";

    private readonly FakeTimeProvider _time = new();
    private readonly FaultyStore _store = new(new MemoryStore());
    private readonly TaskCompletionSource<StepResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Process _one;
    private readonly Process _other;

    public UpgradeTurnsTests() => (_one, _other) = (new Process(_store, _time), new Process(_store, _time));

    public async ValueTask DisposeAsync()
    {
        await _one.Leases.DisposeAsync();
        await _other.Leases.DisposeAsync();
        _stopped.Dispose();
    }

    [Fact]
    public async Task Take_AttemptUnderWayElsewhere_IsNotGiven()
    {
        await using (await TakeAsync(_one))
            Assert.Null(await _other.Turns.TakeAsync(Name, default));

        await using var turn = await TakeAsync(_other);
    }

    [Fact]
    public async Task Take_WorkGoesOnAfterTheAttempt_StaysWithItsProcessUntilItWasLookedAt()
    {
        await using (await TakeAsync(_one))
            Assert.Equal(StepOutcome.Waiting, (await LookAsync(_one)).Outcome);
        Assert.Null(await _other.Turns.TakeAsync(Name, default));
        Assert.Equal([Name], _one.Work.Upgrades);

        _result.SetResult(StepResult.Done());
        Assert.Null(await _other.Turns.TakeAsync(Name, default));
        await using (await TakeAsync(_one))
            Assert.Equal(StepOutcome.Done, (await LookAsync(_one)).Outcome);

        Assert.Empty(_one.Work.Upgrades);
        await using var turn = await TakeAsync(_other);
    }

    [Fact]
    public async Task Lost_WorkGoesOn_IsEnded()
    {
        CancellationToken lost;
        await using (var turn = await TakeAsync(_one))
        {
            lost = turn.Lost;
            await LookAsync(_one);
        }

        _store.IsGone = true;
        _time.Advance(TimeSpan.FromSeconds(8));

        Assert.True(lost.IsCancellationRequested);
        await Soon.TrueAsync(() => PassesUntil(() => _stopped.IsCancellationRequested), "the end of the work");
        _store.IsGone = false;
        Assert.Empty(_one.Work.Upgrades);
    }

    [Fact]
    public async Task Look_AttemptThatMustNotGoOn_BeginsNothing()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => LookAsync(_one, new CancellationToken(canceled: true)));

        Assert.Empty(_one.Work.Upgrades);
    }

    private static async Task<Turn> TakeAsync(Process process)
    {
        var turn = await process.Turns.TakeAsync(Name, default);
        Assert.NotNull(turn);
        return turn;
    }

    /// <summary>One look at work that ends when the test says so.</summary>
    private async Task<StepResult> LookAsync(Process process, CancellationToken cancellation = default)
    {
        var look = process.Work.LookAsync(Scene(), (_, stop) => WorkAsync(stop), cancellation);
        await Soon.TrueAsync(() => PassesUntil(() => look.IsCompleted), "the end of the look");
        return await look;
    }

    private bool PassesUntil(Func<bool> isTrue)
    {
        _time.Advance(TimeSpan.FromMilliseconds(100));
        return isTrue();
    }

    private async Task<StepResult> WorkAsync(CancellationToken stop)
    {
        try
        {
            return await _result.Task.WaitAsync(stop);
        }
        finally
        {
            if (stop.IsCancellationRequested)
                await _stopped.CancelAsync();
        }
    }

    private static Scene Scene() => new(
        SampleUpgrade.Of(Name, steps: UpgradeStep.Copy),
        new Monitor { Id = 1, Name = "shop", Tag = "shop", Min = 1, Max = 2, Provider = "local", Strategy = "Threshold", Profile = "generic" },
        new DatabaseServers([]));

    /// <summary>One process.</summary>
    private sealed class Process
    {
        public Process(IEntityStore store, FakeTimeProvider time)
        {
            Work = new LongWork(time);
            Leases = new StoredLeases(store, Work, time);
            Turns = new UpgradeTurns(new Registry<Upgrade>(store, RegistryKinds.Upgrades, time), Leases, Work, time);
        }

        public LongWork Work { get; }

        public StoredLeases Leases { get; }

        public UpgradeTurns Turns { get; }
    }
}
