namespace ControlPlane.Durable.Client;

/// <summary>What became of a start.</summary>
public enum StartOutcome
{
    /// <summary>A new execution begins.</summary>
    Started,

    /// <summary>The id is running; nothing was changed.</summary>
    AlreadyRunning,
}

/// <summary>What became of a message to an instance.</summary>
public enum SignalOutcome
{
    /// <summary>It is stored and will be handled.</summary>
    Accepted,

    /// <summary>There is no such instance.</summary>
    NotFound,

    /// <summary>The instance has finished and takes no more messages.</summary>
    Finished,
}

/// <summary>What became of a purge.</summary>
public enum PurgeOutcome
{
    /// <summary>The instance and its history are gone.</summary>
    Purged,

    /// <summary>There is no such instance.</summary>
    NotFound,

    /// <summary>The instance has not finished; nothing was changed.</summary>
    Running,
}
