using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Core.Tests.Upgrades;

public sealed class UpgradeSpecTests
{
    private static readonly UpgradeSpec Good = new() { Group = "shop", Mode = "blueGreenCold", Version = "2" };

    [Fact]
    public void Validate_OnlyWhatIsRequired_FillsInTheDefaults()
    {
        var terms = Good.Validate().Value;

        Assert.Equal(
            (UpgradeMode.BlueGreenCold, "2", CopyMethod.Dump, 2, TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(300), TimeSpan.FromMinutes(30)),
            (terms.Mode, terms.Version, terms.Copy, terms.Workers, terms.MaxPause, terms.HoldTime, terms.Bake));
    }

    [Fact]
    public void Validate_Nothing_NamesAllThatIsMissing()
    {
        var problem = new UpgradeSpec().Validate().Problem!;

        Assert.Equal(["group", "mode", "version"], problem.Errors.Select(error => error.Field));
    }

    public static TheoryData<string, UpgradeSpec> Wrong => new()
    {
        { "mode", Good with { Mode = "blueYellow" } },
        { "version", Good with { Version = "" } },
        { "copy", Good with { Copy = "teleport" } },
        { "maxPauseSeconds", Good with { MaxPauseSeconds = 4 } },
        { "holdSeconds", Good with { HoldSeconds = 0 } },
        { "quiesceSeconds", Good with { QuiesceSeconds = 601 } },
        { "soakSeconds", Good with { SoakSeconds = -1 } },
        { "bakeSeconds", Good with { BakeSeconds = double.NaN } },
        { "soakSeconds", Good with { SoakSeconds = 10, MaxPauseSeconds = 10 } },
        { "workers", Good with { Workers = 0 } },
        { "maxErrorPercent", Good with { MaxErrorPercent = 101 } },
        { "maxSlowdown", Good with { MaxSlowdown = 0.5 } },
        { "minRequests", Good with { MinRequests = 0 } },
        { "rehearse", Good with { Mode = "rolling", Rehearse = true } },
        { "smoke[0].path", Good with { Smoke = [new SmokeSpec { Path = "http://elsewhere/" }] } },
        { "smoke[0].path", Good with { Smoke = [new SmokeSpec { Path = "//elsewhere/" }] } },
        { "smoke[0].status", Good with { Smoke = [new SmokeSpec { Path = "/a", Status = 99 }] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_OneFieldIsWrong_NamesIt(string field, UpgradeSpec spec) =>
        Assert.Equal([field], spec.Validate().Problem!.Errors.Select(error => error.Field));
}
