using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Infra.Ssh;

namespace ControlPlane.Infra.Tests.Ssh;

public sealed class SshHostCheckTests
{
    private static readonly SshHost Good = SshLab.Host("machine-1", "10.0.0.7");

    public static TheoryData<string, string> Addresses => new()
    {
        { "10.0.0.7", "" }, { "engine-1.example", "" }, { "::1", "" }, { "2001:db8::7", "" },
        { "-oProxyCommand=touch x", "ip" }, { "", "ip" }, { "root@10.0.0.7", "ip" }, { "ssh://10.0.0.7", "ip" }, { "a b", "ip" }, { "fe80::1%eth0", "ip" },
        { "$(touch x)", "ip" }, { "10.0.0.7\n", "ip" }, { "engine-", "ip" }, { "%h", "ip" },
    };

    public static TheoryData<string, string> Users => new()
    {
        { "root", "" }, { "spark_1", "" }, { "a.b-c", "" },
        { "-oProxyCommand=x", "loginUser" }, { "", "loginUser" }, { "a b", "loginUser" }, { "a;b", "loginUser" }, { "root\n", "loginUser" }, { "0", "loginUser" },
    };

    public static TheoryData<string, string> Keys => new()
    {
        { "ssh-ed25519 AAAAC3Nza", "" }, { "ssh-ed25519 AAAA== someone@here", "" }, { "sk-ssh-ed25519@openssh.com AAAA", "" },
        { "ssh-ed25519", "hostKey" }, { "ssh-ed25519 AAAA\n* ssh-ed25519 BBBB", "hostKey" }, { "* ssh-ed25519 AAAA", "hostKey" }, { "", "hostKey" }, { "@cert-authority * AAAA", "hostKey" },
    };

    public static TheoryData<string, string> Paths => new()
    {
        { "/root/.ssh/id", "" }, { "/a b/c", "" },
        { "id", "keyPath" }, { "", "keyPath" }, { "~/id", "keyPath" }, { "/a/%h", "keyPath" }, { "/a/${HOME}", "keyPath" }, { "/a\"b", "keyPath" }, { "/a\nb", "keyPath" }, { "-i", "keyPath" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Check_Address_IsOneOrIsNamed(string ip, string field) => Expect(field, Good with { Ip = ip });

    [Theory]
    [MemberData(nameof(Users))]
    public void Check_User_IsOneOrIsNamed(string user, string field)
    {
        Expect(field, Good with { LoginUser = user });
        Expect(field.Replace("login", "execute", StringComparison.Ordinal), Good with { ExecuteUser = user });
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Check_HostKey_IsOneLineOrIsNamed(string key, string field) => Expect(field, Good with { HostKey = key });

    [Theory]
    [MemberData(nameof(Paths))]
    public void Check_KeyPath_IsOneOrIsNamed(string path, string field) => Expect(field, Good with { KeyPath = path });

    [Theory]
    [InlineData("9003", "")]
    [InlineData("0", "mlsqlConfig.streaming.driver.port")]
    [InlineData("65536", "mlsqlConfig.streaming.driver.port")]
    [InlineData("9003;x", "mlsqlConfig.streaming.driver.port")]
    public void Check_ServingPort_IsOneOrIsNamed(string port, string field) =>
        Expect(field, Good with { MlsqlConfig = new Dictionary<string, string> { ["streaming.driver.port"] = port } });

    [Fact]
    public void Check_EverythingWrong_IsAllSaid()
    {
        var host = Good with
        {
            Ip = "",
            Port = 0,
            KeyPath = "",
            LoginUser = "",
            ExecuteUser = "",
            HostKey = "",
            SparkHome = "\0",
            MlsqlHome = "\0",
            MlsqlConfig = new Dictionary<string, string> { [""] = "x" },
        };

        Assert.Equal(["ip", "port", "keyPath", "loginUser", "executeUser", "hostKey", "sparkHome", "mlsqlHome", "mlsqlConfig"], SshHostCheck.Check(host).Select(error => error.Field));
    }

    [Fact]
    public async Task Create_MachineThatFailsTheCheck_StartsNoClient()
    {
        await using var lab = new SshLab();
        lab.Hosts.Add(SshLab.Host("machine-2", "-oProxyCommand=touch x"));

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => lab.StartAsync("demo-1", slot: "machine-2"));

        Assert.StartsWith("The machine machine-2 cannot be used: ip is \"-oProxyCommand=touch x\".", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, lab.Calls);
    }

    private static void Expect(string field, SshHost host) => Assert.Equal(field.Length == 0 ? [] : [field], SshHostCheck.Check(host).Select(error => error.Field));
}
