using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.LocalProcess;

public sealed class DestroyTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Destroy_EngineThatObeys_EndsLongBeforeTheGraceIsOver()
    {
        await using var engines = new Engines();
        var handle = await engines.StartSleeperAsync("demo-1");

        await engines.DestroyAsync("demo-1");

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
        Assert.False(await engines.IsAliveAsync(handle));
        Assert.Empty(await engines.ListAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(engines.Options.DataFolder));
    }

    [Fact]
    public async Task Destroy_EngineThatIgnoresIt_IsToldAndKilledOnlyAfterTheGrace()
    {
        var clock = new FakeTimeProvider();
        await using var engines = new Engines(time: clock);
        var handle = await engines.StartAsync("demo-1", Engines.Script("trap 'echo told' TERM; echo up; while :; do sleep 0.05; done"));
        await engines.WroteAsync("demo-1", "up");

        var destroying = engines.Provider.DestroyAsync("demo-1", Grace, CancellationToken.None);
        await engines.WroteAsync("demo-1", "told");
        await AdvanceAsync(clock, Grace - TimeSpan.FromMilliseconds(1));
        Assert.True(await engines.IsAliveAsync(handle));
        Assert.False(destroying.IsCompleted);

        while (!destroying.IsCompleted)
            await AdvanceAsync(clock, TimeSpan.FromMilliseconds(20), destroying);
        await destroying;

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
    }

    [Fact]
    public async Task Destroy_NoGrace_KillsAtOnce()
    {
        await using var engines = new Engines();
        var handle = await engines.StartAsync("demo-1", Engines.Script($"trap '' TERM; echo up; exec sleep {Engines.Lifetime}"));
        await engines.WroteAsync("demo-1", "up");

        await engines.Provider.DestroyAsync("demo-1", TimeSpan.Zero, CancellationToken.None);

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
    }

    [Fact]
    public async Task Destroy_EngineWithChildren_LeavesNoneOfThem()
    {
        await using var engines = new Engines();
        var handle = await engines.StartAsync("demo-1", Engines.Script(
            $"sh -c 'sleep {Engines.Lifetime} & sleep {Engines.Lifetime} & wait' & trap '' TERM; (sleep {Engines.Lifetime}) & echo up; while :; do wait; done"));
        await engines.WroteAsync("demo-1", "up");
        var pid = RunningProcess.PidOf(handle);
        await Eventually.TrueAsync(() => Family(pid).Count >= 5, () => $"the engine has only {Family(pid).Count - 1} children");
        var family = Family(pid);

        await engines.Provider.DestroyAsync("demo-1", TimeSpan.FromMilliseconds(100), CancellationToken.None);

        Assert.DoesNotContain(family, RunningProcess.IsRunning);
    }

    [Fact]
    public async Task Destroy_EngineThatEndedAndLeftAChild_EndsTheChild()
    {
        await using var engines = new Engines();
        var handle = await engines.StartAsync("demo-1", Engines.HeldScript($"sleep {Engines.Lifetime} & echo child=$!"));
        engines.LetGoOn("demo-1");
        await engines.WroteAsync("demo-1", "child=");
        var log = await engines.Provider.ReadLogTailAsync("demo-1", CancellationToken.None);
        var child = int.Parse(log.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(() => !engines.IsAliveAsync(handle).Result, () => "the engine has not ended");
        Assert.Equal(["demo-1"], await engines.ListAsync());

        await engines.DestroyAsync("demo-1");

        Assert.False(RunningProcess.IsRunning(child));
        Assert.Empty(await engines.ListAsync());
    }

    [Fact]
    public async Task Destroy_StoppedEngine_IsKilledAfterTheGrace()
    {
        await using var engines = new Engines();
        var handle = await engines.StartAsync("demo-1", Engines.Script("echo up; kill -STOP $$"));
        await engines.WroteAsync("demo-1", "up");

        await engines.Provider.DestroyAsync("demo-1", TimeSpan.FromMilliseconds(100), CancellationToken.None);

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
    }

    [Fact]
    public async Task Destroy_OneName_LeavesThoseThatBeginTheSame()
    {
        await using var engines = new Engines();
        await engines.StartSleeperAsync("demo-1");
        var other = await engines.StartSleeperAsync("demo-10");

        await engines.DestroyAsync("demo-1");

        Assert.True(await engines.IsAliveAsync(other));
        Assert.Equal(["demo-10"], await engines.ListAsync());
    }

    [Fact]
    public async Task Destroy_UnknownNameOrTwice_DoesNothing()
    {
        await using var engines = new Engines();
        await engines.StartSleeperAsync("demo-1");

        await engines.DestroyAsync("demo-2");
        await engines.DestroyAsync("demo-1");
        await engines.DestroyAsync("demo-1");

        Assert.Empty(await engines.ListAsync());
    }

    /// <summary>Two control planes on one machine, even with instances of the same names.</summary>
    [Fact]
    public async Task Destroy_AnotherOwnersInstanceOfTheSameName_IsNotTouched()
    {
        await using var mine = new Engines();
        await using var others = new Engines();
        await mine.StartSleeperAsync("demo-1");
        var other = await others.StartSleeperAsync("demo-1");
        await others.StartSleeperAsync("demo-2");

        Assert.Equal(["demo-1"], await mine.ListAsync());
        await mine.DestroyAsync("demo-1");
        await mine.DestroyAsync("demo-2");

        Assert.True(await others.IsAliveAsync(other));
        Assert.Equal(["demo-1", "demo-2"], (await others.ListAsync()).Order());
    }

    [Fact]
    public async Task Destroy_GivenUp_StopsWaiting()
    {
        await using var engines = new Engines();
        await engines.StartAsync("demo-1", Engines.Script($"trap '' TERM; echo up; exec sleep {Engines.Lifetime}"));
        await engines.WroteAsync("demo-1", "up");
        using var cancellation = new CancellationTokenSource();

        var destroying = engines.Provider.DestroyAsync("demo-1", TimeSpan.FromHours(1), cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => destroying);
        Assert.Equal(["demo-1"], await engines.ListAsync());
    }

    private static async Task AdvanceAsync(FakeTimeProvider clock, TimeSpan by, Task? until = null)
    {
        await Eventually.TrueAsync(() => clock.ArmedTimers > 0 || until?.IsCompleted == true, () => "nobody waits for the clock");
        clock.Advance(by);
    }

    private static List<int> Family(int pid) => [pid, .. RunningProcess.ChildrenOf(pid).SelectMany(Family)];
}
