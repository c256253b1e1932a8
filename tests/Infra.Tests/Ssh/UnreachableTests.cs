using ControlPlane.Core.Instances;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>A machine that does not answer is unknown, not dead.</summary>
public sealed class UnreachableTests
{
    [Fact]
    public async Task IsAlive_MachineAway_IsTrueUntilItSaysOtherwise()
    {
        await using var lab = new SshLab();
        var handle = await lab.StartAsync("demo-1");
        lab.SetAway("127.0.0.1", true);

        Assert.True(await lab.Provider.IsAliveAsync(handle, default));
        lab.SetAway("127.0.0.1", false);
        await lab.DestroyAsync("demo-1");

        Assert.False(await lab.Provider.IsAliveAsync(handle, default));
    }

    [Fact]
    public async Task IsAlive_MachineThatIsNoneAnyMore_IsFalse()
    {
        await using var lab = new SshLab();
        var handle = await lab.StartAsync("demo-1");

        lab.Hosts.Remove("machine-1");

        Assert.False(await lab.Provider.IsAliveAsync(handle, default));
    }

    [Fact]
    public async Task IsAlive_AskedManyTimes_AsksTheMachineOnce()
    {
        await using var lab = new SshLab(aliveFor: TimeSpan.FromHours(1));
        var handle = await lab.StartAsync("demo-1");
        var before = lab.Calls;

        for (var i = 0; i < 20; i++)
            Assert.True(await lab.Provider.IsAliveAsync(handle, default));

        Assert.Equal(before + 1, lab.Calls);
    }

    [Fact]
    public async Task IsAliveAndList_MachineJustFoundAway_DoNotWaitForItAgain()
    {
        await using var lab = new SshLab(retryAfter: TimeSpan.FromHours(1));
        var handle = await lab.StartAsync("demo-1");
        lab.SetAway("127.0.0.1", true);
        Assert.True(await lab.Provider.IsAliveAsync(handle, default));
        var before = lab.Calls;

        Assert.True(await lab.Provider.IsAliveAsync(handle, default));
        Assert.Empty(await lab.Provider.ListAsync(default));

        Assert.Equal(before, lab.Calls);
    }

    [Fact]
    public async Task List_OneMachineAway_GivesWhatTheOthersHave()
    {
        await using var lab = new SshLab();
        lab.Hosts.Add(SshLab.Host("machine-2", "127.0.0.2"));
        lab.Hosts.Add(SshLab.Host("machine-3", "-oProxyCommand=touch"));
        lab.SetAway("127.0.0.1", true);

        await lab.StartAsync("demo-2", slot: "machine-2");

        Assert.Equal(["demo-2"], await lab.Provider.ListAsync(default));
        Assert.Equal(3, lab.Provider.Slots);
    }

    [Fact]
    public async Task Create_MachineAway_SaysWhichAndWhy()
    {
        await using var lab = new SshLab();
        lab.SetAway("127.0.0.1", true);

        var failure = await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));

        Assert.Equal("The machine machine-1 (127.0.0.1) cannot be reached over ssh: ssh: connect to host 127.0.0.1 port 22: Connection refused", failure.Message);
    }

    [Fact]
    public async Task Destroy_NoMachineEverHeardOfIt_NeedsNoAnswer()
    {
        await using var lab = new SshLab();
        lab.SetAway("127.0.0.1", true);
        var failure = await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));
        Assert.True(failure.IsUnheard);

        await lab.DestroyAsync("demo-1");

        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.DestroyAsync("demo-1"));
    }

    /// <summary>As OpenSSH says it of a machine whose key is another than the known one.</summary>
    [Fact]
    public async Task Create_LongComplaint_SaysItsEnd()
    {
        await using var lab = new SshLab();
        lab.WriteProgram("ssh", "#!/bin/sh\nhead -c 3000 /dev/zero | tr '\\0' @ >&2\nprintf '\\nHost key for x has changed.\\r\\nHost key verification failed.\\r\\n' >&2\nexit 255\n");

        var failure = await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));

        Assert.EndsWith("over ssh: Host key for x has changed. Host key verification failed.", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsUnheard);
    }

    /// <summary>The call was sent, so something may run.</summary>
    [Fact]
    public async Task Destroy_SessionThatBroke_WaitsForTheMachine()
    {
        await using var lab = new SshLab();
        lab.WriteProgram("ssh", "#!/bin/sh\necho 'Connection to 127.0.0.1 closed by remote host.' >&2\nexit 255\n");
        var failure = await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));
        Assert.False(failure.IsUnheard);

        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.DestroyAsync("demo-1"));
    }

    /// <summary>The first attempt may have made it, whatever became of the later ones.</summary>
    [Fact]
    public async Task Destroy_SessionThatBrokeAndThenMachineAway_WaitsForTheMachine()
    {
        await using var lab = new SshLab();
        var client = await File.ReadAllTextAsync(lab.Options.Client);
        lab.WriteProgram("ssh", "#!/bin/sh\necho 'Connection to 127.0.0.1 closed by remote host.' >&2\nexit 255\n");
        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));
        lab.WriteProgram("ssh", client);
        lab.SetAway("127.0.0.1", true);
        for (var attempt = 2; attempt <= 3; attempt++)
            Assert.True((await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"))).IsUnheard);

        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.DestroyAsync("demo-1"));
        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.DestroyAsync("demo-1"));
    }

    /// <summary>As when an orchestration makes it again because a crash lost the answer.</summary>
    [Fact]
    public async Task Destroy_MadeAndThenMachineAway_EndsItWhenTheMachineIsBack()
    {
        await using var lab = new SshLab();
        var handle = await lab.StartAsync("demo-1");
        lab.SetAway("127.0.0.1", true);
        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));

        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.DestroyAsync("demo-1"));

        lab.SetAway("127.0.0.1", false);
        await lab.DestroyAsync("demo-1");
        Assert.False(await lab.Provider.IsAliveAsync(handle, default));
    }

    [Fact]
    public async Task Create_MachineThatIsNone_SaysSo()
    {
        await using var lab = new SshLab();

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => lab.StartAsync("demo-1", slot: "machine-9"));

        Assert.Equal("There is no machine machine-9 any more.", failure.Message);
    }

    [Fact]
    public async Task Destroy_ItsMachineAway_IsNotTakenForDone()
    {
        await using var lab = new SshLab();
        lab.Hosts.Add(SshLab.Host("machine-2", "127.0.0.2"));
        lab.SetAway("127.0.0.2", true);

        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.DestroyAsync("demo-1"));
    }

    [Fact]
    public async Task Destroy_AnotherMachineAway_EndsItWhereItIs()
    {
        await using var lab = new SshLab();
        lab.Hosts.Add(SshLab.Host("machine-2", "127.0.0.2"));
        var handle = await lab.StartAsync("demo-1");
        lab.SetAway("127.0.0.2", true);

        await lab.DestroyAsync("demo-1");

        Assert.False(await lab.Provider.IsAliveAsync(handle, default));
    }

    [Fact]
    public async Task Destroy_SlotKnown_AsksOnlyItsMachine()
    {
        await using var lab = new SshLab();
        lab.Hosts.Add(SshLab.Host("machine-2", "127.0.0.2"));
        lab.Hosts.Slots["demo-1"] = "machine-1";
        lab.SetAway("127.0.0.2", true);

        await lab.DestroyAsync("demo-1");
        await lab.DestroyAsync("demo-1");
        lab.Hosts.Slots["demo-1"] = "machine-that-was-removed";
        await lab.DestroyAsync("demo-1");

        Assert.Equal("", await lab.Provider.ReadLogTailAsync("demo-1", default));
    }

    [Fact]
    public async Task Create_MachineThatNeverAnswers_IsGivenUpAfterTheDeadline()
    {
        await using var lab = new SshLab(callDeadline: TimeSpan.FromMilliseconds(300));
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "deaf-127.0.0.1"), "");

        var failure = await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));

        Assert.EndsWith("no answer within 0 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ClientThatWritesWithoutEnd_IsBoundedAndGivenUp()
    {
        await using var lab = new SshLab(callDeadline: TimeSpan.FromSeconds(1));
        lab.WriteProgram("ssh", "#!/bin/sh\nexec yes\n");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64_000_000);
    }

    [Fact]
    public async Task Create_ClientMissing_SaysSo()
    {
        await using var lab = new SshLab();
        File.Delete(lab.Options.Client);

        var failure = await Assert.ThrowsAsync<HostUnreachableException>(() => lab.StartAsync("demo-1"));

        Assert.Contains("the ssh client cannot be started", failure.Message, StringComparison.Ordinal);
    }
}
