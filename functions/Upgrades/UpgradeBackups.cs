using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Where backups lie: a folder for each upgrade.</summary>
internal sealed class UpgradeBackups(string root)
{
    public string Of(Upgrade upgrade) => Path.Combine(root, upgrade.Name);

    /// <summary>Removes the backup of an upgrade, if there is one.</summary>
    public void Remove(Upgrade upgrade)
    {
        if (Directory.Exists(Of(upgrade)))
            Directory.Delete(Of(upgrade), recursive: true);
    }
}
