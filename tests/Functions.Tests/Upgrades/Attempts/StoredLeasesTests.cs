using ControlPlane.Core.Storage;
using ControlPlane.Functions.Tests.Pools;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Functions.Upgrades.Attempts;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Upgrades.Attempts;

/// <summary>Two processes of one control plane that want the lease of one upgrade.</summary>
public sealed class StoredLeasesTests : IAsyncDisposable
{
    private const string Upgrade = "shop-1";

    /// <summary>Timers of a holder that waits for its next renewal: for that, and for its loss.</summary>
    private const int Waiting = 2;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStore _rows = new();
    private readonly FaultyStore _store;
    private readonly StoredLeases _one;
    private readonly StoredLeases _other;

    public StoredLeasesTests()
    {
        _store = new FaultyStore(_rows);
        (_one, _other) = (Process(_store), Process(_rows));
    }

    public async ValueTask DisposeAsync()
    {
        _store.IsGone = false;
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task TryTake_AnotherProcessHasIt_IsRefusedUntilItIsGivenBack()
    {
        Assert.NotNull(await _one.TryTakeAsync(Upgrade, default));
        Assert.Null(await _other.TryTakeAsync(Upgrade, default));
        Assert.NotNull(await _other.TryTakeAsync("shop-2", default));

        await _one.ReleaseAsync(Upgrade);

        Assert.NotNull(await _other.TryTakeAsync(Upgrade, default));
        Assert.Null(await _one.TryTakeAsync(Upgrade, default));
    }

    [Fact]
    public async Task TryTake_Again_IsTheSameLease() => Assert.Equal(await _one.TryTakeAsync(Upgrade, default), await _one.TryTakeAsync(Upgrade, default));

    [Fact]
    public async Task TryTake_ManyAtOnce_OneGetsIt()
    {
        var processes = Enumerable.Range(0, 8).Select(_ => Process(_rows)).ToList();

        var taken = await Task.WhenAll(processes.Select(process => Task.Run(() => process.TryTakeAsync(Upgrade, default))));

        Assert.Equal(1, taken.Count(lost => lost is not null));
        foreach (var process in processes)
            await process.DisposeAsync();
    }

    [Fact]
    public async Task Lease_HeldForLong_IsRenewed()
    {
        var lost = (await _one.TryTakeAsync(Upgrade, default))!.Value;

        for (var second = 0; second < 60; second++)
        {
            await PassAsync(1, lost);
            Assert.Null(await _other.TryTakeAsync(Upgrade, default));
        }

        Assert.False(lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Lease_HolderCannotReachTheStore_IsGivenUpBeforeAnotherTakesIt()
    {
        var lost = (await _one.TryTakeAsync(Upgrade, default))!.Value;
        Assert.Null(await _other.TryTakeAsync(Upgrade, default));
        _store.IsGone = true;

        for (var second = 1; second < 10; second++)
        {
            await PassAsync(1, lost);
            Assert.Null(await _other.TryTakeAsync(Upgrade, default));
        }

        Assert.True(lost.IsCancellationRequested);
        await PassAsync(1, lost);
        Assert.NotNull(await _other.TryTakeAsync(Upgrade, default));
    }

    /// <summary>As after the process was frozen for a while.</summary>
    [Fact]
    public async Task Lease_AnotherHasTakenIt_IsLostAndStaysWithTheOther()
    {
        var lost = (await _one.TryTakeAsync(Upgrade, default))!.Value;
        await StealAsync();

        await PassAsync(2, lost);

        await Soon.TrueAsync(() => lost.IsCancellationRequested, "the loss");
        await _one.ReleaseAsync(Upgrade);
        Assert.NotNull(await _store.GetAsync("upgradeleases", "lease", Upgrade));
        Assert.Null(await _one.TryTakeAsync(Upgrade, default));
    }

    [Fact]
    public async Task Lease_AnswerToARenewalWasLost_IsStillHeld()
    {
        var lost = (await _one.TryTakeAsync(Upgrade, default))!.Value;
        _store.LosesNextAnswer = true;
        await PassAsync(6, lost);
        await _one.ReleaseAsync(Upgrade);

        Assert.False(_store.LosesNextAnswer);
        Assert.False(lost.IsCancellationRequested);
        Assert.NotNull(await _other.TryTakeAsync(Upgrade, default));
    }

    [Fact]
    public async Task TryTake_AnswerWasLost_TakesWhatItHas()
    {
        _store.LosesNextAnswer = true;
        await Assert.ThrowsAsync<IOException>(() => _one.TryTakeAsync(Upgrade, default));

        Assert.NotNull(await _one.TryTakeAsync(Upgrade, default));
    }

    private StoredLeases Process(IEntityStore store) => new(store, new LongWork(_time), _time);

    /// <summary>Lets time pass, and whatever the holder does meanwhile come to its end.</summary>
    private async Task PassAsync(int seconds, CancellationToken lost)
    {
        for (var second = 0; second < seconds; second++)
        {
            await Soon.TrueAsync(() => _time.ArmedTimers == Waiting || lost.IsCancellationRequested, "the holder to wait");
            _time.Advance(Second);
        }

        await Soon.TrueAsync(() => _time.ArmedTimers == Waiting || lost.IsCancellationRequested, "the holder to wait");
    }

    private async Task StealAsync()
    {
        var row = (await _store.GetAsync("upgradeleases", "lease", Upgrade))!;
        await _store.CommitAsync("upgradeleases", "lease", [new EntityChange.Replace(Upgrade, "\"another\"", row.ETag)]);
    }
}
