using System.Globalization;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Where backups lie: a folder for each upgrade.</summary>
/// <param name="root">The folder of all.</param>
/// <param name="isPassing">Whether the platform may clear it at any time.</param>
internal sealed class UpgradeBackups(string root, bool isPassing = false)
{
    public string Of(Upgrade upgrade) => Path.Combine(root, upgrade.Name);

    /// <summary>Why a backup of a database has no room here; null when it has. A backup is smaller than its database.</summary>
    /// <param name="bytes">The size of the database.</param>
    public string? FindObstacle(long bytes)
    {
        if (isPassing)
            return $"The backup would lie in {root}, which is gone whenever the app moves. Set CONTROLPLANE_DATA to a folder on a mounted share, that all processes see.";
        var folder = root;
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= bytes ? null : string.Create(
            CultureInfo.InvariantCulture, $"The backup may take {bytes / 1_000_000} MB, and the disk of {root} has {free / 1_000_000} MB free. Free some: DELETE /v1/upgrades/NAME removes an old backup.");
    }

    /// <summary>Removes the backup of an upgrade, and whatever was begun of it, if there is any.</summary>
    public void Remove(Upgrade upgrade)
    {
        if (!Directory.Exists(root))
            return;
        foreach (var folder in Directory.GetDirectories(root).Where(folder => IsOf(upgrade, Path.GetFileName(folder))))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>What is not finished has the name with a tilde and more behind it.</summary>
    private static bool IsOf(Upgrade upgrade, string name) => name == upgrade.Name || name.StartsWith($"{upgrade.Name}~", StringComparison.Ordinal);
}
