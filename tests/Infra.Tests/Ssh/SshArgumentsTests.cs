using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Infra.Ssh;

namespace ControlPlane.Infra.Tests.Ssh;

public sealed class SshArgumentsTests
{
    /// <summary>What OpenSSH's own client makes of the arguments, printed by its option -G.</summary>
    [RealSshFact(needsServer: false)]
    public void For_Machine_TheClientTrustsNobodyAndForwardsNothing()
    {
        var options = Effective(SshLab.Host("machine-1", "127.0.0.1") with { Port = 2222, LoginUser = "deploy" });

        var expected = new Dictionary<string, string>
        {
            ["stricthostkeychecking"] = "true",
            ["batchmode"] = "yes",
            ["identitiesonly"] = "yes",
            ["identityagent"] = "none",
            ["identityfile"] = "/keys/id",
            ["userknownhostsfile"] = "/state/known hosts",
            ["globalknownhostsfile"] = "/dev/null",
            ["hostkeyalias"] = "controlplane-host",
            ["updatehostkeys"] = "false",
            ["passwordauthentication"] = "no",
            ["kbdinteractiveauthentication"] = "no",
            ["preferredauthentications"] = "publickey",
            ["forwardagent"] = "no",
            ["forwardx11"] = "no",
            ["clearallforwardings"] = "yes",
            ["permitlocalcommand"] = "no",
            ["tunnel"] = "false",
            ["controlmaster"] = "false",
            ["requesttty"] = "false",
            ["connecttimeout"] = "7",
            ["connectionattempts"] = "1",
            ["serveraliveinterval"] = "5",
            ["serveralivecountmax"] = "3",
            ["hostname"] = "127.0.0.1",
            ["user"] = "deploy",
            ["port"] = "2222",
        };
        Assert.Equal(expected, expected.Keys.ToDictionary(key => key, key => options.GetValueOrDefault(key, "(nothing)")));
        Assert.DoesNotContain("proxycommand", options.Keys);
        Assert.DoesNotContain("proxyjump", options.Keys);
    }

    [RealSshFact(needsServer: false)]
    public void For_Ipv6_IsTheHost() => Assert.Equal("::1", Effective(SshLab.Host("machine-1", "::1"))["hostname"]);

    [Fact]
    public void For_Machine_HostAndCommandFollowTheEndOfOptions()
    {
        var arguments = SshArguments.For(SshLab.Host("machine-1", "engine-1.example"), "/known", null, TimeSpan.FromMilliseconds(1));

        Assert.Equal(["-F", "none"], arguments.Take(2));
        Assert.Equal(["-l", "root", "--", "engine-1.example", "exec /bin/sh -s"], arguments.TakeLast(5));
        Assert.Contains("ConnectTimeout=1", arguments);
        Assert.DoesNotContain(arguments, argument => argument.StartsWith("HostKeyAlias", StringComparison.Ordinal));
    }

    /// <summary>As the example of the seed's article has it.</summary>
    [Fact]
    public async Task Create_RelativeKeyPath_CountsFromTheCurrentFolder()
    {
        await using var lab = new SshLab();
        lab.Hosts.Add(SshLab.Host("machine-2", "127.0.0.2") with { KeyPath = "./ssh/private-key" });

        await lab.StartAsync("demo-1", slot: "machine-2");

        Assert.Contains($"IdentityFile=\"{Path.Combine(Environment.CurrentDirectory, "ssh", "private-key")}\"", lab.LastArguments);
    }

    [Fact]
    public async Task Create_MachineThatBreaksARule_StartsNoClient()
    {
        await using var lab = new SshLab();
        lab.Hosts.Add(SshLab.Host("machine-2", "-oProxyCommand=touch x"));

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => lab.StartAsync("demo-1", slot: "machine-2"));

        Assert.StartsWith("The machine machine-2 cannot be used: ip is \"-oProxyCommand=touch x\", neither", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, lab.Calls);
    }

    /// <summary>However a machine is described, the client's arguments are these, and what runs there begins with this command.</summary>
    [Fact]
    public async Task Create_Machine_IsReachedWithTheseArgumentsAndNoOthers()
    {
        await using var lab = new SshLab();
        var host = SshLab.Host("machine-1", "127.0.0.1") with { HostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== somebody" };
        lab.Hosts.Remove("machine-1");
        lab.Hosts.Add(host);

        await lab.StartAsync("demo-1");

        var known = lab.LastArguments.Single(argument => argument.StartsWith("UserKnownHostsFile=", StringComparison.Ordinal)).Split('"')[1];
        Assert.Equal(SshArguments.For(host, known, "controlplane-host", lab.Options.ConnectTimeout), lab.LastArguments);
        Assert.Equal("controlplane-host ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n", await File.ReadAllTextAsync(known));
        Assert.StartsWith(lab.Options.Folder, known, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Effective(SshHost host)
    {
        var arguments = SshArguments.For(host, "/state/known hosts", HostKeyFile.Alias, TimeSpan.FromSeconds(7)).ToList();
        arguments.Insert(arguments.IndexOf("--"), "-G");
        var (exitCode, output, error) = Shell.Run("ssh", arguments);
        Assert.True(exitCode == 0, error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).GroupBy(pair => pair[0], pair => pair[1])
            .ToDictionary(values => values.Key, values => string.Join(", ", values));
    }
}
