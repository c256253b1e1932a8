using ControlPlane.Core.Pools;

namespace ControlPlane.Core.Tests.Pools;

public sealed class PoolSpecTests
{
    private static readonly string[] Providers = ["local", "ssh"];

    private static readonly HostSpec Host = new()
    {
        Ip = "10.0.0.7",
        KeyPath = "./ssh/private-key",
        LoginUser = "root",
        MlsqlConfig = new Dictionary<string, string> { ["streaming.driver.port"] = "9003" },
    };

    [Fact]
    public void Validate_OnlyNames_TakesTheDefaults()
    {
        var pool = Of("local", new SlotSpec { Name = "s1" }, new SlotSpec { Name = "s2", Owner = " jack " }).Value;

        Assert.Equal([(1, "s1", null), (2, "s2", "jack")], pool.Slots.Select(slot => (slot.Id, slot.Name, slot.Owner)));
        Assert.All(pool.Slots, slot => Assert.Equal((1, 0, 0m, true, TimeSpan.FromMinutes(5)), (slot.Cores, slot.Priority, slot.CostPerHour, slot.IsLendable, slot.RecallDeadline)));
    }

    [Fact]
    public void Validate_SlotsLeaveAndCome_KeepTheirNumbersAndNewOnesGetNewOnes()
    {
        var before = Of("local", new SlotSpec { Name = "s1" }, new SlotSpec { Name = "s2" }).Value;

        var after = new PoolSpec { Name = "pool", Provider = "local", Slots = [new() { Name = "s3" }, new() { Name = "s2" }] }.Validate(Providers, before).Value;

        Assert.Equal([(3, "s3"), (2, "s2")], after.Slots.Select(slot => (slot.Id, slot.Name)));
        Assert.Equal(["s1"], before.LostIn(after));
    }

    [Fact]
    public void Validate_EverythingWrong_SaysAllAtOnce()
    {
        var slot = new SlotSpec
        {
            Name = "a/b",
            Owner = "a,b",
            Priority = 1001,
            Cores = 0,
            CostPerHour = -1,
            RecallDeadlineSeconds = double.NaN,
            Host = new HostSpec { Ip = "-oProxyCommand=x", Port = 0, KeyPath = "-i", LoginUser = "-l", ExecuteUser = "a b", SparkHome = "spark", MlsqlHome = "/a\nb", HostKey = "x" },
        };

        var errors = Of("ssh", slot).Problem!.Errors;

        Assert.Equal(
            [
                "slots[0].name", "slots[0].owner", "slots[0].priority", "slots[0].cores", "slots[0].costPerHour", "slots[0].recallDeadlineSeconds",
                "slots[0].host.ip", "slots[0].host.port", "slots[0].host.keyPath", "slots[0].host.loginUser", "slots[0].host.executeUser",
                "slots[0].host.hostKey", "slots[0].host.sparkHome", "slots[0].host.mlsqlHome", "slots[0].host.mlsqlConfig",
            ],
            errors.Select(error => error.Field));
    }

    [Theory]
    [InlineData("10.0.0.7", true)]
    [InlineData("::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("host-1.example.org", true)]
    [InlineData("a", true)]
    [InlineData("-oProxyCommand=reboot", false)]
    [InlineData("host name", false)]
    [InlineData("host\n", false)]
    [InlineData("root@host", false)]
    [InlineData("host:22", false)]
    [InlineData("[::1]", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("$(reboot)", false)]
    [InlineData("host;reboot", false)]
    [InlineData("host-", false)]
    [InlineData("", false)]
    public void Validate_Ip_IsAnAddressOrAHostName(string ip, bool isGood) =>
        Assert.Equal(isGood, Of("ssh", new SlotSpec { Name = "m", Host = Host with { Ip = ip } }).Problem is null);

    [Theory]
    [InlineData("root", true)]
    [InlineData("_svc-1", true)]
    [InlineData("Root", true)]
    [InlineData("first.last", true)]
    [InlineData("-x", false)]
    [InlineData("root;id", false)]
    [InlineData("root\n", false)]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm", false)]
    public void Validate_User_IsOneOfUnix(string user, bool isGood)
    {
        Assert.Equal(isGood, Of("ssh", new SlotSpec { Name = "m", Host = Host with { LoginUser = user } }).Problem is null);
        Assert.Equal(isGood, Of("ssh", new SlotSpec { Name = "m", Host = Host with { ExecuteUser = user } }).Problem is null);
    }

    [Theory]
    [InlineData("./ssh/private-key", true)]
    [InlineData("/keys/id", true)]
    [InlineData("/keys/%h", false)]
    [InlineData("/keys/$HOME", false)]
    [InlineData("/keys/\"id", false)]
    [InlineData("/keys\\id", false)]
    [InlineData("~/id", false)]
    public void Validate_KeyPath_IsOneThatTheClientReadsAsItIs(string path, bool isGood) =>
        Assert.Equal(isGood ? null : "slots[0].host.keyPath", Of("ssh", new SlotSpec { Name = "m", Host = Host with { KeyPath = path } }).Problem?.Errors.Single().Field);

    [Theory]
    [InlineData("9003", true)]
    [InlineData("0", false)]
    [InlineData("65536", false)]
    [InlineData("+1", false)]
    [InlineData(" 1", false)]
    [InlineData("", false)]
    public void Validate_PortInTheConfig_IsAPort(string port, bool isGood)
    {
        var host = Host with { MlsqlConfig = new Dictionary<string, string> { [HostSpec.PortKey] = port } };

        Assert.Equal(isGood ? null : "slots[0].host.mlsqlConfig", Of("ssh", new SlotSpec { Name = "m", Host = host }).Problem?.Errors[0].Field);
    }

    [Fact]
    public void Validate_HostWithoutItsKeyPath_KeepsTheOneItHad()
    {
        var before = Of("ssh", new SlotSpec { Name = "m", Host = Host }).Value;
        var spec = new PoolSpec { Name = "pool", Provider = "ssh", Slots = [new() { Name = "m", Host = Host with { KeyPath = null } }] };

        var after = spec.Validate(Providers, before).Value;

        Assert.Equal("./ssh/private-key", after.Slots[0].Host!.KeyPath);
        Assert.Empty(before.LostIn(after));
        Assert.Equal("slots[0].host.keyPath", spec.Validate(Providers, null).Problem!.Errors.Single().Field);
    }

    [Fact]
    public void Validate_HostWhereNoneBelongs_IsRefused()
    {
        Assert.Equal("slots[0].host", Of("local", new SlotSpec { Name = "m", Host = Host }).Problem!.Errors.Single().Field);
        Assert.Equal("slots[0].host", Of("ssh", new SlotSpec { Name = "m" }).Problem!.Errors.Single().Field);
    }

    [Fact]
    public void Validate_NamesThatAreTaken_AreRefused()
    {
        Assert.Equal("slots", Of("local", new SlotSpec { Name = "m" }, new SlotSpec { Name = "m" }).Problem!.Errors.Single().Field);
        Assert.Equal("slots[0].name", Of("local", new SlotSpec { Name = "local-0001" }).Problem!.Errors.Single().Field);
    }

    [Fact]
    public void Validate_OtherProvider_IsRefused()
    {
        var before = Of("local").Value;

        Assert.Equal("provider", new PoolSpec { Name = "pool", Provider = "ssh" }.Validate(Providers, before).Problem!.Errors.Single().Field);
        Assert.Equal("provider", Of("azure-vm").Problem!.Errors.Single().Field);
    }

    [Fact]
    public void Validate_BudgetWithoutALimit_IsRefused()
    {
        Assert.Equal(["name", "tags", "maxInstances"], new BudgetSpec().Validate().Problem!.Errors.Select(error => error.Field));
        Assert.Equal(12, new BudgetSpec { Name = "b", Tags = ["a", "b"], MaxCores = 12 }.Validate().Value.MaxCores);
    }

    private static Core.Problems.Result<Pool> Of(string provider, params SlotSpec[] slots) =>
        new PoolSpec { Name = "pool", Provider = provider, Slots = slots }.Validate(Providers, null);
}
