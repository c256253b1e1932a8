using System.Globalization;
using ControlPlane.Infra.Tests.LocalProcess;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>A control plane, its client or the scripts on the machine may end at any moment; the next call finds what they did.</summary>
public sealed class CrashTests
{
    private const int Rounds = 15;

    [Fact]
    public async Task Create_CallCutOffAtAnyMoment_TheNextFindsOrMakesExactlyOne()
    {
        var seed = System.Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var whole = random.Next(2) == 0;
            var after = TimeSpan.FromMilliseconds(random.Next(1, 400));
            await using var lab = new SshLab();
            try
            {
                await CutOffAsync(lab, after, whole);

                var handle = await lab.StartAsync("demo-1");

                Assert.True(await lab.Provider.IsAliveAsync(handle, default));
                Assert.Equal([RunningProcess.PidOf(handle)], Leaders(lab));
                Assert.Equal(handle, await lab.StartAsync("demo-1"));
                await lab.DestroyAsync("demo-1");
                Assert.Empty(Leaders(lab));
                Assert.Empty(await lab.Provider.ListAsync(default));
                Assert.False(Directory.Exists(lab.FolderOf("demo-1")));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: cut off after {after.TotalMilliseconds} ms, scripts {(whole ? "too" : "go on")}", failure);
            }
        }
    }

    [Fact]
    public async Task Destroy_CallCutOffAtAnyMoment_TheNextFinishes()
    {
        var seed = System.Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 5; round++)
        {
            await using var lab = new SshLab();
            var handle = await lab.StartAsync("demo-1");
            var other = await lab.StartAsync("demo-2");
            using var cut = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 300)));
            await Record.ExceptionAsync(() => lab.Provider.DestroyAsync("demo-1", TimeSpan.FromMinutes(1), cut.Token));
            EndScripts(lab);

            await lab.DestroyAsync("demo-1");

            Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)), $"seed {seed}, round {round}");
            Assert.True(await lab.Provider.IsAliveAsync(other, default), $"seed {seed}, round {round}");
            Assert.Equal(["demo-2"], await lab.Provider.ListAsync(default));
        }
    }

    /// <summary>What each step leaves when the next never comes.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name", "spec.new")]
    [InlineData("name", "spec")]
    [InlineData("name", "spec", "launch")]
    [InlineData("name", "spec", "launch", "failed")]
    [InlineData("name", "spec", "launch", "pid")]
    [InlineData("pid.new", "members.new", "told")]
    public async Task CreateAndDestroy_FolderOfAnEarlierTry_IsTakenOver(params string[] files)
    {
        await using var lab = new SshLab();
        Directory.CreateDirectory(lab.FolderOf("demo-1"));
        foreach (var file in files.Where(file => file.Length > 0))
            await File.WriteAllTextAsync(Path.Combine(lab.FolderOf("demo-1"), file), file == "name" ? "demo-1\n" : "half a li");

        var handle = await lab.StartAsync("demo-1");

        Assert.True(await lab.Provider.IsAliveAsync(handle, default));
        Assert.Equal(["demo-1"], await lab.Provider.ListAsync(default));
        await lab.DestroyAsync("demo-1");
        Assert.False(Directory.Exists(lab.FolderOf("demo-1")));
    }

    [Fact]
    public async Task List_FolderWithoutAProcess_IsALeftoverThatDestroyRemoves()
    {
        await using var lab = new SshLab();
        Directory.CreateDirectory(lab.FolderOf("demo-1"));
        await File.WriteAllTextAsync(Path.Combine(lab.FolderOf("demo-1"), "name"), "demo-1\n");

        Assert.Equal(["demo-1"], await lab.Provider.ListAsync(default));
        await lab.DestroyAsync("demo-1");

        Assert.Empty(await lab.Provider.ListAsync(default));
    }

    /// <summary>Somebody has removed the files; the marks of the processes say the rest.</summary>
    [Fact]
    public async Task Create_FolderRemovedWhileItRuns_FindsTheProcessByItsMarks()
    {
        await using var lab = new SshLab();
        var first = await lab.StartAsync("demo-1");
        await Eventually.TrueAsync(async () => (await lab.Provider.ReadLogTailAsync("demo-1", default)).Contains("up", StringComparison.Ordinal), "the engine to be up");
        Directory.Delete(lab.FolderOf("demo-1"), recursive: true);

        Assert.Equal(first, await lab.StartAsync("demo-1"));
        Assert.Equal(["demo-1"], await lab.Provider.ListAsync(default));
        await lab.DestroyAsync("demo-1");

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(first)));
    }

    private static async Task CutOffAsync(SshLab lab, TimeSpan after, bool whole)
    {
        using var cut = new CancellationTokenSource(after);
        await Record.ExceptionAsync(() => lab.Provider.CreateAsync("demo-1", "machine-1", SshLab.Sleeper, cut.Token));
        if (whole)
            EndScripts(lab);
    }

    /// <summary>Kills what works on the lab's machines but is no instance yet, as when a session or a machine's memory breaks down.</summary>
    private static void EndScripts(SshLab lab)
    {
        foreach (var pid in Pids().Where(pid => Environment(pid) is { } variables && variables.Any(variable => variable.StartsWith($"HOME={lab.Folder}/", StringComparison.Ordinal)) && !variables.Contains($"CONTROLPLANE_OWNER={lab.Options.Owner}")))
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(pid);
                process.Kill();
            }
            catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
            {
                // It has ended meanwhile.
            }
        }
    }

    /// <summary>The engines of the lab: what carries its mark and leads a session.</summary>
    private static int[] Leaders(SshLab lab) =>
        [.. Pids().Where(pid => Environment(pid)?.Contains($"CONTROLPLANE_OWNER={lab.Options.Owner}") == true && RunningProcess.IsRunning(pid) && RunningProcess.SessionOf(pid) == pid)];

    private static IEnumerable<int> Pids() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    private static string[]? Environment(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
