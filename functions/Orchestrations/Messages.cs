namespace ControlPlane.Functions.Orchestrations;

/// <summary>The group to watch.</summary>
/// <param name="Monitor">The monitor's name.</param>
/// <param name="Tag">The group's tag.</param>
/// <param name="Look">The sequence number that the next stored decision gets; null for whatever comes next.</param>
/// <param name="Calm">How long the watch slept after the last look, were nothing due before; null when that look was not calm, or the sleep was cut short.</param>
internal sealed record WatchInput(string Monitor, string Tag, long? Look = null, TimeSpan? Calm = null);

/// <summary>What a look at a group came to.</summary>
/// <param name="Sequence">The number of the last stored decision.</param>
/// <param name="Pause">How long to sleep before the next look.</param>
/// <param name="IsOver">Whether there is nothing left to watch.</param>
/// <param name="Calm">How long to sleep were nothing due before; null when the group is not calm.</param>
internal sealed record WatchResult(long Sequence, TimeSpan Pause, bool IsOver, TimeSpan? Calm = null);

/// <summary>The upgrade to carry on with.</summary>
/// <param name="Name">Its name.</param>
internal sealed record UpgradeInput(string Name);

/// <summary>What an attempt at an upgrade's step came to.</summary>
/// <param name="Pause">How long to wait before the next.</param>
/// <param name="IsOver">Whether nothing is left to do.</param>
internal sealed record UpgradeTurn(TimeSpan Pause, bool IsOver);

/// <summary>The instance to work on.</summary>
/// <param name="Tag">Its group's tag.</param>
/// <param name="Name">Its name.</param>
/// <param name="Failure">Why its start failed; null when it did not.</param>
/// <param name="Patience">How long to wait for it at the most; null for as long as one wait may take.</param>
/// <param name="Rounds">After how many looks the history is emptied; null for never, as in histories of earlier versions.</param>
internal sealed record InstanceInput(string Tag, string Name, string? Failure = null, TimeSpan? Patience = null, int? Rounds = null);

/// <summary>How far an instance has got.</summary>
internal enum InstanceOutcome
{
    /// <summary>There is nothing to do: it is not in that phase any more.</summary>
    Settled,

    /// <summary>It is not there yet.</summary>
    Pending,

    /// <summary>It serves.</summary>
    Serving,

    /// <summary>It could not be started and was undone.</summary>
    Failed,

    /// <summary>It has left.</summary>
    Gone,

    /// <summary>It was called back while it drained.</summary>
    CalledBack,
}

/// <summary>How far a drain has got.</summary>
/// <param name="Jobs">Jobs that still run.</param>
/// <param name="Deadline">When they are cut off.</param>
internal sealed record DrainProgress(int Jobs, DateTimeOffset Deadline);
