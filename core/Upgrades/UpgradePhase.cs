namespace ControlPlane.Core.Upgrades;

/// <summary>
/// Where an upgrade is as a whole.
/// <code>
/// Running ---> Succeeded
///    |  '----> Returning ---> Returned
///    '-------> Refused
/// </code>
/// </summary>
public enum UpgradePhase
{
    /// <summary>On its way to the new version.</summary>
    Running,

    /// <summary>On its way back to the old version.</summary>
    Returning,

    /// <summary>The new version serves, and the old one is gone.</summary>
    Succeeded,

    /// <summary>The old version serves, as before.</summary>
    Returned,

    /// <summary>It never began: another upgrade of the group was under way, or the preflight found something.</summary>
    Refused,
}
