using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.Tests.LocalProcess;

namespace ControlPlane.Infra.Tests.Contracts;

/// <summary>What every <see cref="IInstanceProvider"/> whose instances are processes must do.</summary>
public abstract class InstanceProviderContract : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>An argument for sleep: longer than any test.</summary>
    protected const string Lifetime = "300";

    private static readonly TimeSpan LongGrace = TimeSpan.FromMinutes(2);

    /// <summary>The provider, with an owner of its own.</summary>
    protected abstract IInstanceProvider Provider { get; }

    /// <summary>A slot that it has.</summary>
    protected abstract string Slot { get; }

    /// <summary>A profile that it starts a command of.</summary>
    protected abstract EngineProfile Profile(params string[] command);

    public abstract ValueTask DisposeAsync();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public async Task Create_Profile_Runs()
    {
        var handle = await StartSleeperAsync("demo-1");

        Assert.Equal(Slot, handle.Slot);
        Assert.True(await Provider.IsAliveAsync(handle, default));
        Assert.Equal(["demo-1"], await Provider.ListAsync(default));
    }

    [Fact]
    public async Task Create_SameNameAgain_FindsTheFirst()
    {
        var first = await StartSleeperAsync("demo-1");

        Assert.Equal(first, await StartSleeperAsync("demo-1"));
    }

    [Fact]
    public async Task Create_SameNameManyTimesAtOnce_StartsOne()
    {
        var profile = Profile("sleep", Lifetime);

        var handles = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Provider.CreateAsync("demo-1", Slot, profile, default))));

        Assert.Single(handles.Distinct());
    }

    [Fact]
    public async Task Create_AfterTheEngineWasKilled_StartsAnother()
    {
        var first = await StartSleeperAsync("demo-1");
        Kill(first);
        await Eventually.TrueAsync(async () => !await Provider.IsAliveAsync(first, default), "the killed engine to count as dead");

        var second = await StartSleeperAsync("demo-1");

        Assert.NotEqual(first.Reference, second.Reference);
        Assert.True(await Provider.IsAliveAsync(second, default));
    }

    [Fact]
    public async Task Create_ProgramMissing_SaysWhich()
    {
        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => Provider.CreateAsync("demo-1", Slot, Profile("no-such-engine"), default));

        Assert.Contains("\"no-such-engine\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ProfileOfAnotherProvider_SaysSo()
    {
        var profile = new EngineProfile { Name = "looker" };

        await Assert.ThrowsAsync<InstanceFailedException>(() => Provider.CreateAsync("demo-1", Slot, profile, default));

        Assert.False(Provider.CanStart(profile));
        Assert.True(Provider.CanStart(Profile("sleep")));
    }

    [Theory]
    [InlineData("../other")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("two\nlines")]
    public async Task CreateAndDestroy_NameThatIsNone_IsRefused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Provider.CreateAsync(name, Slot, Profile("sleep", Lifetime), default));
        await Assert.ThrowsAsync<ArgumentException>(() => Provider.DestroyAsync(name, LongGrace, default));
    }

    [Fact]
    public async Task Create_ProgramThatFailsAtOnce_LeavesItsLastWords()
    {
        var handle = await Provider.CreateAsync("demo-1", Slot, Script("sleep 0.3; echo starting; echo 'no licence' >&2; exit 1"), default);
        await Eventually.TrueAsync(async () => !await Provider.IsAliveAsync(handle, default), "the failed engine to count as dead");

        Assert.Equal("starting\nno licence", await Provider.ReadLogTailAsync("demo-1", default));
    }

    [Fact]
    public async Task IsAlive_AnotherProcessOrNone_IsFalse()
    {
        var handle = await StartSleeperAsync("demo-1");
        var parts = handle.Reference.Split(':', 3);

        foreach (var other in (string[])[string.Join(':', [parts[0], "1", .. parts[2..]]), string.Join(':', [$"{int.MaxValue}", .. parts[1..]]), "nothing", "", "1:1", "../1:1"])
            Assert.False(await Provider.IsAliveAsync(handle with { Reference = other }, default));
    }

    [Fact]
    public async Task Destroy_EngineThatObeys_EndsBeforeTheGraceIsOver()
    {
        var handle = await StartSleeperAsync("demo-1");

        await Provider.DestroyAsync("demo-1", LongGrace, default);

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
        Assert.False(await Provider.IsAliveAsync(handle, default));
        Assert.Empty(await Provider.ListAsync(default));
        Assert.Equal("", await Provider.ReadLogTailAsync("demo-1", default));
    }

    [Fact]
    public async Task Destroy_EngineThatIgnoresIt_IsKilledAfterTheGrace()
    {
        var handle = await Provider.CreateAsync("demo-1", Slot, Script("trap 'echo told' TERM; echo up; while :; do sleep 0.05; done"), default);
        await WroteAsync("demo-1", "up");

        await Provider.DestroyAsync("demo-1", TimeSpan.FromMilliseconds(300), default);

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
    }

    [Fact]
    public async Task Destroy_EngineWithChildrenThatIgnoreIt_LeavesNoneOfThem()
    {
        var handle = await Provider.CreateAsync("demo-1", Slot, Script($"trap '' TERM; sh -c 'sleep {Lifetime} & sleep {Lifetime} & wait' & (sleep {Lifetime}) & echo up; while :; do wait; done"), default);
        await WroteAsync("demo-1", "up");
        var pid = RunningProcess.PidOf(handle);
        await Eventually.TrueAsync(() => Family(pid).Count >= 5, () => $"the engine has only {Family(pid).Count - 1} children");
        var family = Family(pid);

        await Provider.DestroyAsync("demo-1", TimeSpan.FromMilliseconds(100), default);

        Assert.DoesNotContain(family, RunningProcess.IsRunning);
    }

    /// <summary>A daemon in a session of its own, whose parents are gone, is of the instance all the same.</summary>
    [Fact]
    public async Task Destroy_EngineThatLeftADaemon_EndsTheDaemon()
    {
        var handle = await Provider.CreateAsync("demo-1", Slot, Script($"(setsid sleep {Lifetime} & echo daemon=$!); exec sleep 0.5"), default);
        await WroteAsync("demo-1", "daemon=");
        var daemon = int.Parse((await Provider.ReadLogTailAsync("demo-1", default)).Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(async () => !await Provider.IsAliveAsync(handle, default), "the engine to end");
        Assert.True(RunningProcess.IsRunning(daemon));
        Assert.Equal(["demo-1"], await Provider.ListAsync(default));

        await Provider.DestroyAsync("demo-1", LongGrace, default);

        Assert.False(RunningProcess.IsRunning(daemon));
        Assert.Empty(await Provider.ListAsync(default));
    }

    [Fact]
    public async Task Destroy_OneName_LeavesThoseThatBeginTheSame()
    {
        await StartSleeperAsync("demo-1");
        var other = await StartSleeperAsync("demo-10");

        await Provider.DestroyAsync("demo-1", LongGrace, default);

        Assert.True(await Provider.IsAliveAsync(other, default));
        Assert.Equal(["demo-10"], await Provider.ListAsync(default));
    }

    [Fact]
    public async Task Destroy_UnknownNameOrTwice_DoesNothing()
    {
        await StartSleeperAsync("demo-1");

        await Provider.DestroyAsync("demo-2", LongGrace, default);
        await Provider.DestroyAsync("demo-1", LongGrace, default);
        await Provider.DestroyAsync("demo-1", LongGrace, default);

        Assert.Empty(await Provider.ListAsync(default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task ReadLogTail_LongLog_GivesTheLastWholeLines(string shift)
    {
        await Provider.CreateAsync("demo-1", Slot, Script($"i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo {shift}ééé line $i; done; echo end; exec sleep {Lifetime}"), default);
        await WroteAsync("demo-1", "end");

        var lines = (await Provider.ReadLogTailAsync("demo-1", default)).Split('\n');

        Assert.InRange(lines.Length, 50, 399);
        Assert.Equal("end", lines[^1]);
        Assert.All(lines[..^1], line => Assert.StartsWith($"{shift}ééé line ", line, StringComparison.Ordinal));
    }

    /// <summary>A profile that starts a shell with a script; the script itself is one argument like any other.</summary>
    protected EngineProfile Script(string script) => Profile("/bin/sh", "-c", script);

    /// <summary>Starts one that only waits, and comes back when it runs.</summary>
    protected async Task<InstanceHandle> StartSleeperAsync(string name)
    {
        var handle = await Provider.CreateAsync(name, Slot, Script($"echo up; exec sleep {Lifetime}"), default);
        await WroteAsync(name, "up");
        return handle;
    }

    /// <summary>Waits until an instance has written a text.</summary>
    protected async Task WroteAsync(string name, string text) => await Eventually.TrueAsync(
        async () => (await Provider.ReadLogTailAsync(name, default)).Contains(text, StringComparison.Ordinal), $"{name} to write \"{text}\"");

    /// <summary>Kills an engine as the system does when memory is short.</summary>
    protected static void Kill(InstanceHandle handle)
    {
        using var process = System.Diagnostics.Process.GetProcessById(RunningProcess.PidOf(handle));
        process.Kill();
    }

    private static List<int> Family(int pid) => [pid, .. RunningProcess.ChildrenOf(pid).SelectMany(Family)];
}
