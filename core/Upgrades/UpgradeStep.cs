namespace ControlPlane.Core.Upgrades;

/// <summary>The steps that upgrades are made of. Each is stored before it is begun, and may be begun again after a crash.</summary>
public enum UpgradeStep
{
    /// <summary>Take the group's lease and an epoch, and look for whatever would stand in the way.</summary>
    Preflight,

    /// <summary>Back up the database: rollback point R0.</summary>
    BackUp,

    /// <summary>Begin a copy that follows the original, and wait until it is filled.</summary>
    Follow,

    /// <summary>Start instances of the new version on the copy while it follows, with an account that only reads.</summary>
    Preview,

    /// <summary>Compare the copy while it follows, so that less is left to compare behind the fence.</summary>
    PreVerify,

    /// <summary>Wait until the copy follows closely.</summary>
    LagGate,

    /// <summary>Wait for somebody's word.</summary>
    Approve,

    /// <summary>Hold writes, let those under way end, take the database away from the live side, and prove it: rollback point R1.</summary>
    Fence,

    /// <summary>Copy the database.</summary>
    Copy,

    /// <summary>Let the copy take in the tail, and end its following.</summary>
    CatchUp,

    /// <summary>Compare original and copy: counts, hashes, sequences, definitions, owners, grants.</summary>
    Verify,

    /// <summary>Stop all instances of the live side; where only that shuts it out of its database, prove it: rollback point R1.</summary>
    StopLive,

    /// <summary>Start one instance of the new version, which changes the schema.</summary>
    Migrate,

    /// <summary>Start the others.</summary>
    StartNew,

    /// <summary>Send the new side the plan's requests at its preview address.</summary>
    Smoke,

    /// <summary>Application, database and traffic change sides in one write: rollback point R2.</summary>
    Flip,

    /// <summary>Let reads through and watch how they fare.</summary>
    SoftOpen,

    /// <summary>Let writes through: rollback point R3.</summary>
    OpenWrites,

    /// <summary>Watch for a time.</summary>
    Bake,

    /// <summary>Replace one instance after the other.</summary>
    Roll,

    /// <summary>Retire the old side, give back the lease, write the report.</summary>
    Finish,

    /// <summary>Hold writes again and take the database away from the new side.</summary>
    Refence,

    /// <summary>Start the new side's instances again, since the way back was not taken.</summary>
    RestartNew,

    /// <summary>Bring the writes that the new side has taken to the old one, where they can be brought.</summary>
    ReturnWrites,

    /// <summary>Give traffic, application and database back to the old side in one write.</summary>
    FlipBack,

    /// <summary>Make the old side's database again from the backup.</summary>
    Restore,

    /// <summary>Start the old side's instances again.</summary>
    StartOld,

    /// <summary>Let the old side use its database again, and let requests through.</summary>
    Reopen,

    /// <summary>Replace the new instances by old ones again, one after the other.</summary>
    RollBack,

    /// <summary>Remove what was made for the new side, give back the lease, write the report.</summary>
    Discard,
}
