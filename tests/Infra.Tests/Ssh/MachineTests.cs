using System.Diagnostics;
using System.Globalization;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.Tests.LocalProcess;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>What happens on one machine, besides what every provider does.</summary>
public sealed class MachineTests
{
    [Fact]
    public async Task Create_Engine_LeadsASessionInItsOwnFolderAndCarriesItsMarks()
    {
        await using var lab = new SshLab();

        var handle = await lab.StartAsync("demo-1");

        var pid = RunningProcess.PidOf(handle);
        var environment = RunningProcess.EnvironmentOf(pid);
        Assert.Equal("http://127.0.0.1:9003", handle.Url);
        Assert.Equal(pid, RunningProcess.SessionOf(pid));
        Assert.Equal(Path.Combine(lab.FolderOf("demo-1"), "data"), RunningProcess.WorkingFolderOf(pid));
        Assert.Equal((lab.Options.Owner, "demo-1", handle.Url), (environment["CONTROLPLANE_OWNER"], environment["CONTROLPLANE_INSTANCE"], environment["CONTROLPLANE_INSTANCE_URL"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(lab.FolderOf("demo-1"), "launch")));
        Assert.False(File.Exists(Path.Combine(lab.FolderOf("demo-1"), "spec")), "What may hold passwords is left on the machine.");
    }

    /// <summary>The number of a process that has ended is given to another one day; that one is neither taken for the instance nor stopped.</summary>
    [Theory]
    [InlineData("{0} 1 {2} http://127.0.0.1:9003")]
    [InlineData("{0} {1} 00000000-0000-0000-0000-000000000000 http://127.0.0.1:9003")]
    [InlineData("{0} {1}")]
    [InlineData("-1 {1} {2} http://127.0.0.1:9003")]
    [InlineData("")]
    public async Task CreateAndDestroy_PidFileOfAnotherProcess_LeavesThatAlone(string line)
    {
        await using var lab = new SshLab();
        using var stranger = Process.Start("sleep", SshLab.Lifetime);
        var stat = await File.ReadAllTextAsync($"/proc/{stranger.Id}/stat");
        var start = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
        Directory.CreateDirectory(lab.FolderOf("demo-1"));
        var text = string.Format(CultureInfo.InvariantCulture, line, stranger.Id, start, boot);
        await File.WriteAllTextAsync(Path.Combine(lab.FolderOf("demo-1"), "pid"), text + "\n");

        var handle = await lab.StartAsync("demo-1");
        Assert.NotEqual(stranger.Id, RunningProcess.PidOf(handle));
        await File.WriteAllTextAsync(Path.Combine(lab.FolderOf("demo-1"), "pid"), text + "\n");
        await File.WriteAllTextAsync(Path.Combine(lab.FolderOf("demo-1"), "members"), $"{stranger.Id} 1\n");
        await lab.DestroyAsync("demo-1");

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
        Assert.True(RunningProcess.IsRunning(stranger.Id));
        stranger.Kill();
    }

    /// <summary>The peer kills whatever looks like an engine on the machine: its defect 31.</summary>
    [Fact]
    public async Task Destroy_OneOfSeveral_LeavesTheOthersAndThoseOfOtherOwners_PeerDefect31()
    {
        await using var mine = new SshLab();
        await using var others = new SshLab();
        await mine.StartAsync("demo-1");
        var kept = new List<InstanceHandle> { await mine.StartAsync("demo-2"), await mine.StartAsync("demo-1.x") };
        var theirs = await others.StartAsync("demo-1");
        using var byHand = Process.Start("sleep", SshLab.Lifetime);

        await mine.DestroyAsync("demo-1");

        foreach (var handle in kept)
            Assert.True(await mine.Provider.IsAliveAsync(handle, default));
        Assert.True(await others.Provider.IsAliveAsync(theirs, default));
        Assert.True(RunningProcess.IsRunning(byHand.Id));
        Assert.Equal(["demo-1.x", "demo-2"], await mine.Provider.ListAsync(default));
        byHand.Kill();
    }

    /// <summary>What has thrown its environment away is still in the engine's session.</summary>
    [Fact]
    public async Task Destroy_ChildWithoutMarks_IsFoundInTheSession()
    {
        await using var lab = new SshLab();
        await lab.StartAsync("demo-1", SshLab.Profile("/bin/sh", "-c", $"env -i /bin/sleep {SshLab.Lifetime} & echo child=$!; wait"));
        var log = "";
        await Eventually.TrueAsync(async () => (log = await lab.Provider.ReadLogTailAsync("demo-1", default)).Contains("child=", StringComparison.Ordinal), "the child's pid");
        var child = int.Parse(log.Split('=')[1], CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(() => RunningProcess.ArgumentsOf(child) is ["/bin/sleep", ..], () => "the child does not sleep yet");

        await lab.DestroyAsync("demo-1");

        Assert.False(RunningProcess.IsRunning(child));
    }

    [Fact]
    public async Task Create_LeftoverOfADeadEngine_IsEndedFirst()
    {
        await using var lab = new SshLab();
        var first = await lab.StartAsync("demo-1", SshLab.Profile("/bin/sh", "-c", $"setsid sleep {SshLab.Lifetime} & echo daemon=$!; wait"));
        var log = "";
        await Eventually.TrueAsync(async () => (log = await lab.Provider.ReadLogTailAsync("demo-1", default)).Contains("daemon=", StringComparison.Ordinal), "the daemon's pid");
        var daemon = int.Parse(log.Split('=')[1], CultureInfo.InvariantCulture);
        using (var engine = Process.GetProcessById(RunningProcess.PidOf(first)))
            engine.Kill();
        await Eventually.TrueAsync(async () => !await lab.Provider.IsAliveAsync(first, default), "the engine to end");

        var second = await lab.StartAsync("demo-1");

        await Eventually.TrueAsync(() => !RunningProcess.IsRunning(daemon), () => "the old daemon still runs");
        Assert.True(await lab.Provider.IsAliveAsync(second, default));
    }

    [Fact]
    public async Task Create_MainJar_IsTheOneFileThatMatches()
    {
        await using var lab = new SshLab();
        var home = Path.Combine(lab.Folder, "it's [an] engine *");
        Directory.CreateDirectory(Path.Combine(home, "main"));
        await File.WriteAllTextAsync(Path.Combine(home, "main", "byzer-lang-3.3.jar"), "");
        await File.WriteAllTextAsync(Path.Combine(home, "main", "other.jar"), "");
        lab.Hosts.Remove("machine-1");
        lab.Hosts.Add(SshLab.Host("machine-1", "127.0.0.1") with { MlsqlHome = home });
        var profile = new EngineProfile
        {
            Name = "test",
            Ssh = new SshStart { Command = ["/bin/sh", "-c", "printf '%s\\n' \"$@\"; exec sleep 300", "engine", "--jar=${mainJar}"], MainJar = "${mlsqlHome}/main/*byzer-lang*.jar" },
        };

        await lab.StartAsync("demo-1", profile);
        await Eventually.TrueAsync(async () => await lab.Provider.ReadLogTailAsync("demo-1", default) == $"--jar={home}/main/byzer-lang-3.3.jar", "the jar");
        await File.WriteAllTextAsync(Path.Combine(home, "main", "byzer-lang-3.4.jar"), "");
        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => lab.StartAsync("demo-2", profile));

        Assert.Equal($"2 files match {home}/main/*byzer-lang*.jar, and it must be one.", failure.Message);
    }

    [Fact]
    public async Task Create_HomeThatCannotBeWritten_SaysSo()
    {
        await using var lab = new SshLab();
        Directory.CreateDirectory(Path.Combine(lab.Folder, "homes", "127.0.0.1"));
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "homes", "127.0.0.1", ".controlplane"), "");

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => lab.StartAsync("demo-1"));

        Assert.EndsWith("cannot be made or written.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ShellThatGreets_IsUnderstoodAllTheSame()
    {
        await using var lab = new SshLab();
        var client = await File.ReadAllTextAsync(lab.Options.Client);
        lab.WriteProgram("ssh", client.Replace("exec env -i", "echo 'Welcome! failed running'; exec env -i", StringComparison.Ordinal));

        var handle = await lab.StartAsync("demo-1");

        Assert.True(await lab.Provider.IsAliveAsync(handle, default));
    }

    [RootFact]
    public async Task Create_ExecuteUser_RunsAsThatUserInItsHome()
    {
        await using var lab = new SshLab();
        File.SetUnixFileMode(lab.Folder, (UnixFileMode)Convert.ToInt32("755", 8));
        var home = Directory.CreateDirectory(Path.Combine(lab.Folder, "homes", "nobody")).FullName;
        File.SetUnixFileMode(home, (UnixFileMode)Convert.ToInt32("777", 8));
        lab.WriteProgram("getent", $"#!/bin/sh\necho 'nobody:x:65534:65534::{home}:/usr/sbin/nologin'\n");
        lab.Hosts.Remove("machine-1");
        lab.Hosts.Add(SshLab.Host("machine-1", "127.0.0.1") with { ExecuteUser = "nobody" });

        var handle = await lab.StartAsync("demo-1");
        var pid = RunningProcess.PidOf(handle);

        Assert.Contains("Uid:\t65534\t65534\t65534\t65534", await File.ReadAllTextAsync($"/proc/{pid}/status"), StringComparison.Ordinal);
        Assert.StartsWith(home, RunningProcess.WorkingFolderOf(pid), StringComparison.Ordinal);
        Assert.True(await lab.Provider.IsAliveAsync(handle, default));
        Assert.Equal(["demo-1"], await lab.Provider.ListAsync(default));
        await lab.DestroyAsync("demo-1");
        Assert.False(RunningProcess.IsRunning(pid));
    }

    /// <summary>A login user who is not root needs sudo, without a password; a program of the test notes how it was called and plays it.</summary>
    [Fact]
    public async Task Create_ExecuteUserForALoginUser_AsksSudoForAShellAndNothingElse()
    {
        await using var lab = new SshLab();
        lab.WriteProgram("id", "#!/bin/sh\ncase $* in -un) echo deploy ;; *) echo 1000 ;; esac\n");
        lab.WriteProgram("sudo", $"#!/bin/sh\nprintf '%s ' \"$@\" >'{lab.Folder}/sudo'\nshift 5\nexec \"$@\"\n");
        lab.Hosts.Remove("machine-1");
        lab.Hosts.Add(SshLab.Host("machine-1", "127.0.0.1") with { LoginUser = "deploy", ExecuteUser = "spark" });

        var handle = await lab.StartAsync("demo-1");

        Assert.Equal("-n -H -u spark -- /bin/sh -s create ", await File.ReadAllTextAsync(Path.Combine(lab.Folder, "sudo")));
        Assert.True(await lab.Provider.IsAliveAsync(handle, default));
    }

    [Fact]
    public async Task Create_ExecuteUserThatIsNotThere_SaysSo()
    {
        await using var lab = new SshLab();
        lab.Hosts.Remove("machine-1");
        lab.Hosts.Add(SshLab.Host("machine-1", "127.0.0.1") with { ExecuteUser = "nobody-of-that-name" });

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => lab.StartAsync("demo-1"));

        Assert.Equal("There is no user nobody-of-that-name on the machine.", failure.Message);
    }
}
