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
}
