namespace SqlEngine.Lifecycle;

/// <summary>What the instance does with new work.</summary>
internal enum EngineState
{
    /// <summary>It is not yet ready and refuses work.</summary>
    Starting,

    /// <summary>It changes the schema of its database and refuses work.</summary>
    Migrating,

    /// <summary>It takes work.</summary>
    Ready,

    /// <summary>It refuses work and lets what runs end. It can be called back.</summary>
    Draining,

    /// <summary>As draining, but it ends.</summary>
    Stopping,
}
