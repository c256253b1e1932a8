using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Pools;

public sealed class SshHostRulesTests
{
    private static readonly SshHost Good = new()
    {
        Name = "machine-1",
        Ip = "10.0.0.7",
        KeyPath = "/keys/id",
        LoginUser = "root",
        MlsqlConfig = new Dictionary<string, string> { ["streaming.driver.port"] = "9003" },
    };

    private static readonly Gen<string?> Text = Gen.Elements(
            null, "", "a", "Z", "7", "-", "_", ".", "/", "~", ":", " ", "\n", "\0", "\"", "\\", "%", "$", "@", "=", "é", "root", "10.0.0.7", "::1", "./ssh/key", "/home", "ssh-ed25519 AAAA")
        .ListOf().Select(parts => parts.Count == 0 ? null : string.Concat(parts.Take(4)));

    private static readonly Gen<HostSpec> Specs =
        from ip in OrText("engine_1.example")
        from port in Gen.Elements<int?>(null, -1, 0, 1, 22, 65535, 65536)
        from key in OrText("./ssh/private-key")
        from login in OrText("Spark.User")
        from execute in OrText("webuser")
        from home in OrText("/home/spark")
        from hostKey in OrText("ssh-ed25519 AAAA")
        from name in OrText("master")
        from value in OrText("local")
        from serving in OrText("9003")
        select new HostSpec
        {
            Ip = ip,
            Port = port,
            KeyPath = key,
            LoginUser = login,
            ExecuteUser = execute,
            SparkHome = home,
            MlsqlHome = home,
            HostKey = hostKey,
            MlsqlConfig = new Dictionary<string, string> { [name ?? "none"] = value!, [HostSpec.PortKey] = serving! },
        };

    public static TheoryData<string, string> Addresses => new()
    {
        { "10.0.0.7", "" }, { "engine-1.example", "" }, { "::1", "" }, { "2001:db8::7", "" }, { "engine_1", "" },
        { "-oProxyCommand=touch x", "ip" }, { "", "ip" }, { "root@10.0.0.7", "ip" }, { "ssh://10.0.0.7", "ip" }, { "a b", "ip" }, { "fe80::1%eth0", "ip" },
        { "$(touch x)", "ip" }, { "10.0.0.7\n", "ip" }, { "engine-", "ip" }, { "%h", "ip" }, { "::1/64", "ip" }, { "[::1]", "ip" },
    };

    public static TheoryData<string, string> Users => new()
    {
        { "root", "" }, { "spark_1", "" }, { "a.b-c", "" }, { "Spark.User", "" },
        { "-oProxyCommand=x", "loginUser" }, { "", "loginUser" }, { "a b", "loginUser" }, { "a;b", "loginUser" }, { "root\n", "loginUser" }, { "0", "loginUser" },
    };

    public static TheoryData<string, string> Keys => new()
    {
        { "ssh-ed25519 AAAAC3Nza", "" }, { "ssh-ed25519 AAAA== someone@here", "" }, { "sk-ssh-ed25519@openssh.com AAAA", "" },
        { "ssh-ed25519", "hostKey" }, { "ssh-ed25519 AAAA\n* ssh-ed25519 BBBB", "hostKey" }, { "* ssh-ed25519 AAAA", "hostKey" }, { "", "hostKey" }, { "@cert-authority * AAAA", "hostKey" },
    };

    public static TheoryData<string, string> Paths => new()
    {
        { "/root/.ssh/id", "" }, { "/a b/c", "" }, { "id", "" }, { "./ssh/private-key", "" },
        { "", "keyPath" }, { "/a\\b", "keyPath" }, { "id ", "keyPath" }, { "~/id", "keyPath" }, { "/a/%h", "keyPath" }, { "/a/${HOME}", "keyPath" }, { "/a\"b", "keyPath" }, { "/a\nb", "keyPath" }, { "-i", "keyPath" },
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
    [InlineData("0", "mlsqlConfig")]
    [InlineData("65536", "mlsqlConfig")]
    [InlineData("9003;x", "mlsqlConfig")]
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

        Assert.Equal(["ip", "port", "keyPath", "loginUser", "executeUser", "sparkHome", "mlsqlHome", "mlsqlConfig", "hostKey"], SshHostRules.Check(host).Select(error => error.Field));
    }

    /// <summary>Nothing is taken in of which the provider says afterwards that it cannot be used, and the right field is named.</summary>
    [Fact]
    public void Check_WhateverASpecTakes_IsRight()
    {
        var taken = 0;

        Prop.ForAll(Specs.ToArbitrary(), spec =>
        {
            var errors = new List<FieldError>();
            var faults = SshHostRules.Check(spec.Validate("", "machine-1", null, errors)).Select(fault => fault.Field).ToList();
            taken += errors.Count == 0 ? 1 : 0;
            Assert.Empty(faults.Except(errors.Select(error => error.Field)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

        Assert.InRange(taken, 20, 1900);
    }

    /// <summary>Mostly what is right: of ten fields, one that is wrong spoils all.</summary>
    private static Gen<string?> OrText(string right) => Gen.Frequency((6, Gen.Constant<string?>(right)), (1, Text));

    private static void Expect(string field, SshHost host) => Assert.Equal(field.Length == 0 ? [] : [field], SshHostRules.Check(host).Select(error => error.Field));
}
