using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.LocalProcess;

namespace ControlPlane.Infra.Tests.LocalProcess;

public sealed class CreateTests
{
    [Fact]
    public async Task Create_Program_RunsWithItsPlaceholdersFilled()
    {
        await using var engines = new Engines();

        var handle = await engines.StartAsync("demo-1", Engines.Profile(
            "/bin/sh", "-c", $"echo \"$1 $2 $3 $4\"; exec sleep {Engines.Lifetime}", "engine", "${name}", "${host}", "--port=${port}", "${dataDir}"));
        await engines.WroteAsync("demo-1", "demo-1 ");

        var folder = Path.Combine(engines.Options.DataFolder, "demo-1");
        var url = new Uri(handle.Url);
        Assert.True(await engines.IsAliveAsync(handle));
        Assert.Equal("slot-1", handle.Slot);
        Assert.Equal("127.0.0.1", url.Host);
        Assert.Equal($"demo-1 127.0.0.1 --port={url.Port} {folder}", await engines.Provider.ReadLogTailAsync("demo-1", CancellationToken.None));
        Assert.Equal(folder, RunningProcess.WorkingFolderOf(RunningProcess.PidOf(handle)));
    }

    [Fact]
    public async Task Create_SameNameAgain_FindsTheFirst()
    {
        await using var engines = new Engines();
        var first = await engines.StartSleeperAsync("demo-1");

        var second = await engines.StartSleeperAsync("demo-1");

        Assert.Equal(first, second);
        Assert.Equal(["demo-1"], await engines.ListAsync());
    }

    /// <summary>After a crash a new control plane knows only its owner's mark; the processes say the rest.</summary>
    [Fact]
    public async Task Create_SameNameAfterARestart_FindsTheFirst()
    {
        await using var engines = new Engines();
        var first = await engines.StartSleeperAsync("demo-1");
        using var restarted = new LocalProcessProvider(engines.Options, TimeProvider.System);

        var second = await restarted.CreateAsync("demo-1", "slot-1", Engines.Profile("sleep", Engines.Lifetime), CancellationToken.None);

        Assert.Equal(first, second);
        Assert.True(await restarted.IsAliveAsync(first, CancellationToken.None));
        Assert.Equal(["demo-1"], await restarted.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Create_SameNameManyTimesAtOnce_StartsOne()
    {
        await using var engines = new Engines();
        var profile = Engines.Profile("sleep", Engines.Lifetime);

        var handles = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => engines.StartAsync("demo-1", profile))));

        Assert.Single(handles.Distinct());
    }

    [Fact]
    public async Task Create_EngineWithChildren_FindsTheEngineAndNotAChild()
    {
        await using var engines = new Engines();
        var profile = Engines.Script($"sleep {Engines.Lifetime} & sleep {Engines.Lifetime} & echo up; wait");
        var first = await engines.StartAsync("demo-1", profile);
        await engines.WroteAsync("demo-1", "up");

        Assert.Equal(first, await engines.StartAsync("demo-1", profile));
    }

    [Fact]
    public async Task Create_AfterTheEngineEnded_StartsAnother()
    {
        await using var engines = new Engines();
        var first = await engines.StartAsync("demo-1", Engines.HeldScript("exit 3"));
        engines.LetGoOn("demo-1");
        await Eventually.TrueAsync(() => !RunningProcess.IsRunning(RunningProcess.PidOf(first)), () => "the engine has not ended");

        var second = await engines.StartSleeperAsync("demo-1");

        Assert.NotEqual(first.Reference, second.Reference);
        Assert.False(await engines.IsAliveAsync(first));
        Assert.True(await engines.IsAliveAsync(second));
    }

    [Fact]
    public async Task Create_SeveralNames_GetPortsOfTheirOwn()
    {
        await using var engines = new Engines();

        var handles = await Task.WhenAll(Enumerable.Range(1, 4).Select(number => engines.StartSleeperAsync($"demo-{number}")));

        Assert.Equal(4, handles.Select(handle => handle.Url).Distinct().Count());
        Assert.Equal(["demo-1", "demo-2", "demo-3", "demo-4"], (await engines.ListAsync()).Order());
    }

    /// <summary>Ctrl-C in the control plane's terminal must not end the engines.</summary>
    [Fact]
    public async Task Create_Engine_HasASessionOfItsOwn()
    {
        await using var engines = new Engines();

        var pid = RunningProcess.PidOf(await engines.StartSleeperAsync("demo-1"));

        Assert.Equal(pid, RunningProcess.SessionOf(pid));
        Assert.NotEqual(pid, RunningProcess.SessionOf(Environment.ProcessId));
    }

    [Theory]
    [InlineData("no-such-engine")]
    [InlineData("/no/such/engine")]
    [InlineData("./engine")]
    [InlineData("/")]
    public async Task Create_ProgramMissing_SaysWhichAndWhereItWasLookedFor(string program)
    {
        await using var engines = new Engines(enginePath: "/opt/engines");

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => engines.StartAsync("demo-1", Engines.Profile(program)));

        Assert.Equal($"The program \"{program}\" is neither on the engine path (/opt/engines) nor on the PATH.", failure.Message);
        Assert.Empty(await engines.ListAsync());
    }

    [Fact]
    public async Task Create_ProgramThatMayNotRun_SaysSo()
    {
        await using var engines = new Engines();
        var program = Path.Combine(Directory.CreateDirectory(engines.Options.DataFolder).FullName, "engine");
        await File.WriteAllTextAsync(program, "no program");
        File.SetUnixFileMode(program, UnixFileMode.UserRead);

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => engines.StartAsync("demo-1", Engines.Profile(program)));

        Assert.Equal($"The program \"{program}\" is there and may not be executed.", failure.Message);
    }

    [Fact]
    public async Task Create_ProgramThatFailsAtOnce_LeavesItsLastWords()
    {
        await using var engines = new Engines();

        var handle = await engines.StartAsync("demo-1", Engines.HeldScript("echo starting; echo 'no licence' >&2; exit 1"));
        engines.LetGoOn("demo-1");
        await engines.WroteAsync("demo-1", "no licence");
        await Eventually.TrueAsync(() => !engines.IsAliveAsync(handle).Result, () => "the engine counts as alive");

        Assert.Equal("starting\nno licence", await engines.Provider.ReadLogTailAsync("demo-1", CancellationToken.None));
        Assert.Empty(await engines.ListAsync());
    }

    [Fact]
    public async Task Create_ProgramOnTheEnginePath_GoesBeforeThePathAndMayLieInItsOwnFolder()
    {
        var folder = Directory.CreateTempSubdirectory("engine-path-").FullName;
        await using var engines = new Engines(enginePath: folder);
        Write(Path.Combine(folder, "sleep"), "echo mine");
        Write(Path.Combine(folder, "own", "own"), "echo own");

        await engines.StartAsync("demo-1", Engines.Profile("sleep"));
        await engines.StartAsync("demo-2", Engines.Profile("own"));

        await engines.WroteAsync("demo-1", "mine");
        await engines.WroteAsync("demo-2", "own");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Create_ProfileThatCannotStartLocally_SaysSo()
    {
        await using var engines = new Engines();
        var profile = new EngineProfile { Name = "looker" };

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => engines.StartAsync("demo-1", profile));

        Assert.False(engines.Provider.CanStart(profile));
        Assert.True(engines.Provider.CanStart(Engines.Profile("sleep")));
        Assert.Equal("The profile looker has no section \"local\" that says how to start it.", failure.Message);
    }

    /// <summary>
    /// A name becomes a folder that is deleted at the end. These lead, should they be followed, to folders that this
    /// test made itself; no test may name one that it did not make.
    /// </summary>
    [Theory]
    [InlineData("../other")]
    [InlineData("demo-1/../../other")]
    [InlineData("")]
    [InlineData(".")]
    public async Task CreateAndDestroy_NameThatReachesElsewhere_IsRefusedAndNothingIsTouched(string name)
    {
        await using var engines = new Engines();
        var kept = engines.PutFile("other/kept");
        var mine = engines.PutFile("data/kept");

        await Assert.ThrowsAsync<ArgumentException>(() => engines.StartAsync(name, Engines.Profile("sleep", Engines.Lifetime)));
        await Assert.ThrowsAsync<ArgumentException>(() => engines.DestroyAsync(name));

        Assert.True(File.Exists(kept));
        Assert.True(File.Exists(mine));
        Assert.Empty(await engines.ListAsync());
    }

    [Fact]
    public async Task Create_NameLongerThanAFileName_SaysSoBeforeAnythingIsMade()
    {
        await using var engines = new Engines();

        var failure = await Assert.ThrowsAsync<ArgumentException>(() => engines.StartAsync(new string('中', 86), Engines.Profile("sleep", Engines.Lifetime)));

        Assert.Contains("takes 258 bytes in UTF-8. At most 255 are allowed", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await engines.ListAsync());
    }

    /// <summary>An absolute path must be refused wherever it points to; this one points into the test's own folder.</summary>
    [Fact]
    public async Task CreateAndDestroy_AbsolutePath_IsRefusedAndNothingIsTouched()
    {
        await using var engines = new Engines();
        var kept = engines.PutFile("other/kept");
        var path = Path.GetDirectoryName(kept)!;

        await Assert.ThrowsAsync<ArgumentException>(() => engines.StartAsync(path, Engines.Profile("sleep", Engines.Lifetime)));
        await Assert.ThrowsAsync<ArgumentException>(() => engines.DestroyAsync(path));

        Assert.True(File.Exists(kept));
    }

    [Fact]
    public async Task IsAlive_AnotherProcessOrNone_IsFalse()
    {
        await using var engines = new Engines();
        var handle = await engines.StartSleeperAsync("demo-1");
        var pid = RunningProcess.PidOf(handle);

        Assert.False(await engines.IsAliveAsync(handle with { Reference = $"{pid}:1" }));
        Assert.False(await engines.IsAliveAsync(handle with { Reference = $"{int.MaxValue}:1" }));
        Assert.False(await engines.IsAliveAsync(handle with { Reference = "nothing" }));
        Assert.False(await engines.IsAliveAsync(handle with { Reference = "" }));
    }

    private static void Write(string file, string script)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\nexec /bin/sleep {Engines.Lifetime}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }
}
