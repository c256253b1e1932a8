using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.Tests.LocalProcess;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>The provider through OpenSSH's own client and server.</summary>
public sealed class RealSshdTests
{
    private static readonly string[] Awkward =
        ["", " ", "-", "--", "-x", "it's", "\"q\"", "$(touch x)", "`touch x`", ";touch x;", "a\nb\n", "\\", "*", "~", "${HOME}", "%h", "é\u6c49\U0001F600", "END_OF_program"];

    [RealSshFact]
    public async Task Life_OfAnInstance_FromStartToEnd()
    {
        await using var sshd = await LoopbackSshd.StartAsync();

        var handle = await sshd.CreateAsync("demo-1", SshLab.Sleeper);
        await Eventually.TrueAsync(async () => await sshd.Provider.ReadLogTailAsync("demo-1", default) == "up", "the engine to write its log");
        var again = await sshd.CreateAsync("demo-1", SshLab.Sleeper);
        var other = await sshd.CreateAsync("demo-2", SshLab.Sleeper);

        Assert.Equal(handle, again);
        Assert.Equal("http://127.0.0.1:9003", handle.Url);
        Assert.True(await sshd.Provider.IsAliveAsync(handle, default));
        Assert.Equal(["demo-1", "demo-2"], await sshd.Provider.ListAsync(default));
        await sshd.Provider.DestroyAsync("demo-1", TimeSpan.FromMinutes(1), default);
        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
        Assert.False(await sshd.Provider.IsAliveAsync(handle, default));
        Assert.True(await sshd.Provider.IsAliveAsync(other, default));
        await sshd.Provider.DestroyAsync("demo-1", TimeSpan.FromMinutes(1), default);
        await sshd.Provider.DestroyAsync("demo-2", TimeSpan.Zero, default);
        Assert.Empty(await sshd.Provider.ListAsync(default));
    }

    [RealSshFact]
    public async Task Create_AwkwardFields_ArriveAsTheyAre_PeerDefect28()
    {
        await using var sshd = await LoopbackSshd.StartAsync();
        var profile = new EngineProfile
        {
            Name = "test",
            Ssh = new SshStart { Command = ["/bin/sh", "-c", "while :; do sleep 60; done", "engine", .. Awkward], Environment = new Dictionary<string, string> { ["GIVEN"] = string.Concat(Awkward) } },
        };

        var pid = RunningProcess.PidOf(await sshd.CreateAsync("it's $(touch x) é", profile));
        await Eventually.TrueAsync(() => RunningProcess.ArgumentsOf(pid) is ["/bin/sh", "-c", ..], () => $"the engine runs as {string.Join('|', RunningProcess.ArgumentsOf(pid))}");

        Assert.Equal(Awkward, RunningProcess.ArgumentsOf(pid)[4..]);
        Assert.Equal(string.Concat(Awkward), RunningProcess.EnvironmentOf(pid)["GIVEN"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(RunningProcess.WorkingFolderOf(pid)));
        Assert.Equal(["it's $(touch x) é"], await sshd.Provider.ListAsync(default));
    }

    /// <summary>The peer checks no host key: its defect 29.</summary>
    [RealSshFact]
    public async Task Create_MachineWithAnotherHostKey_IsNotSpokenWith_PeerDefect29()
    {
        await using var sshd = await LoopbackSshd.StartAsync();
        sshd.Describe(sshd.Host with { HostKey = (await File.ReadAllTextAsync(Path.Combine(sshd.Folder, "other_key.pub"))).Trim() });

        var failure = await Assert.ThrowsAsync<HostUnreachableException>(() => sshd.Provider.CreateAsync("demo-1", "machine-1", SshLab.Sleeper, default));

        Assert.Contains("ost key verification failed", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sshd.Folder, "home")));
    }

    [RealSshFact]
    public async Task Create_MachineOfTheKnownHostsFile_IsReachedAndAnUnknownOneIsNot()
    {
        await using var sshd = await LoopbackSshd.StartAsync();
        sshd.Describe(sshd.Host with { HostKey = null });
        await Assert.ThrowsAsync<HostUnreachableException>(() => sshd.Provider.CreateAsync("demo-1", "machine-1", SshLab.Sleeper, default));
        await File.WriteAllTextAsync(sshd.Options.KnownHostsFile, $"[127.0.0.1]:{sshd.Host.Port} {sshd.Host.HostKey}\n");

        var handle = await sshd.CreateAsync("demo-1", SshLab.Sleeper);

        Assert.True(await sshd.Provider.IsAliveAsync(handle, default));
    }

    [RealSshFact]
    public async Task Create_KeyThatIsNotAuthorized_IsRefusedWithoutAQuestion()
    {
        await using var sshd = await LoopbackSshd.StartAsync();
        sshd.Describe(sshd.Host with { KeyPath = Path.Combine(sshd.Folder, "other_key") });

        var failure = await Assert.ThrowsAsync<HostUnreachableException>(() => sshd.Provider.CreateAsync("demo-1", "machine-1", SshLab.Sleeper, default));

        Assert.Contains("Permission denied", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsUnheard);
    }

    [RealSshFact]
    public async Task IsAlive_ServerGone_IsUnknownAndNotDead()
    {
        await using var sshd = await LoopbackSshd.StartAsync();
        var handle = await sshd.CreateAsync("demo-1", SshLab.Sleeper);

        await sshd.StopAsync();

        Assert.True(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
        Assert.True(await sshd.Provider.IsAliveAsync(handle, default));
        Assert.Empty(await sshd.Provider.ListAsync(default));
        await Assert.ThrowsAsync<HostUnreachableException>(() => sshd.Provider.DestroyAsync("demo-1", TimeSpan.Zero, default));
        Assert.True(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
    }

    /// <summary>The session's end reaches nothing that was started in it: no terminal, no pipe, no group in common.</summary>
    [RealSshFact]
    public async Task Create_ClientKilledAtRandomMoments_TheNextFindsOrMakesExactlyOne()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var sshd = await LoopbackSshd.StartAsync();
        for (var round = 1; round <= 6; round++)
        {
            var name = $"demo-{round}";
            using var cut = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 600)));
            await Record.ExceptionAsync(() => sshd.Provider.CreateAsync(name, "machine-1", SshLab.Sleeper, cut.Token));

            var handle = await sshd.CreateAsync(name, SshLab.Sleeper);

            Assert.True(await sshd.Provider.IsAliveAsync(handle, default), $"seed {seed}, round {round}");
            Assert.Equal(handle, await sshd.CreateAsync(name, SshLab.Sleeper));
            await sshd.Provider.DestroyAsync(name, TimeSpan.FromMinutes(1), default);
            Assert.Empty(await sshd.Provider.ListAsync(default));
        }
    }
}
