using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Where backups lie: a folder for each upgrade.</summary>
internal sealed class UpgradeBackups(string root)
{
    public string Of(Upgrade upgrade) => Path.Combine(root, upgrade.Name);
}
