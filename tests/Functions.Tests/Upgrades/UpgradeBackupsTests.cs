using ControlPlane.Functions.Upgrades;

namespace ControlPlane.Functions.Tests.Upgrades;

public sealed class UpgradeBackupsTests
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"controlplane-{Guid.NewGuid():N}", "backups");

    [Fact]
    public void FindObstacle_MoreThanTheDiskHas_SaysHowMuchIsFree() =>
        Assert.Contains("MB free", new UpgradeBackups(_root).FindObstacle(long.MaxValue), StringComparison.Ordinal);

    [Fact]
    public void FindObstacle_Room_FindsNoneAndMakesNothing()
    {
        Assert.Null(new UpgradeBackups(_root).FindObstacle(1));

        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public void FindObstacle_FolderThatThePlatformClears_SaysWhatToSet() =>
        Assert.Contains("CONTROLPLANE_DATA", new UpgradeBackups(_root, isPassing: true).FindObstacle(1), StringComparison.Ordinal);

    [Fact]
    public async Task Notes_WrittenAndRemoved_AreThereForAnyProcess()
    {
        var (upgrade, other) = (SampleUpgrade.Of("shop-1"), SampleUpgrade.Of("shop-10"));
        await new UpgradeBackups(_root).WriteNotesAsync(upgrade, "one", default);
        await new UpgradeBackups(_root).WriteNotesAsync(upgrade, "two", default);
        await new UpgradeBackups(_root).WriteNotesAsync(other, "three", default);

        Assert.Equal("two", await new UpgradeBackups(_root).ReadNotesAsync(upgrade, default));
        new UpgradeBackups(_root).Remove(upgrade);
        Assert.Null(await new UpgradeBackups(_root).ReadNotesAsync(upgrade, default));
        Assert.Equal("three", await new UpgradeBackups(_root).ReadNotesAsync(other, default));

        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Notes_DiskRefuses_AreDoneWithout()
    {
        var backups = new UpgradeBackups("/proc/backups");

        await backups.WriteNotesAsync(SampleUpgrade.Of("shop-1"), "one", default);

        Assert.Null(await backups.ReadNotesAsync(SampleUpgrade.Of("shop-1"), default));
    }
}
