namespace ControlPlane.Core.Upgrades;

/// <summary>How a group gets to its new version.</summary>
public enum UpgradeMode
{
    /// <summary>Writes are held while the database is copied: the simplest, and the pause grows with the database.</summary>
    BlueGreenCold,

    /// <summary>The copy follows the original, and writes are held for its tail only.</summary>
    BlueGreenWarm,

    /// <summary>Back up, stop all, change the database in place, start one at a time; restored from the backup when that fails.</summary>
    StopAll,

    /// <summary>Instance by instance on the same database: for versions that share a schema.</summary>
    Rolling,
}
