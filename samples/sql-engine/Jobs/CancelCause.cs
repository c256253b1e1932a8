namespace SqlEngine.Jobs;

/// <summary>Why a job was cancelled.</summary>
internal enum CancelCause
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>By <c>/killjob</c>.</summary>
    Killed,

    /// <summary>It ran longer than its own timeout.</summary>
    TimedOut,

    /// <summary>The caller closed the connection: nobody waits for the answer.</summary>
    CallerGone,

    /// <summary>The engine stops and the drain timeout is over.</summary>
    Stopping,
}
