namespace ControlPlane.Core.Profiles;

/// <summary>
/// How one kind of engine starts, proves its health, reports its load and drains. Read from a file, so that adding an
/// engine needs no code.
/// </summary>
public sealed record EngineProfile
{
    /// <summary>The name that backends and monitors refer to; the file's name without its ending.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>The version of its engines unless their group says another; null when the file does not say.</summary>
    public string? Version { get; init; }

    /// <summary>The most jobs an instance runs at once, 1 to 100,000; default 64. A backend's own limit goes first.</summary>
    public int MaxJobs { get; init; } = 64;

    /// <summary>How to find out whether an instance can take work.</summary>
    public HealthCheck Health { get; init; } = new();

    /// <summary>Where an instance reports its load; null when it does not.</summary>
    public LoadReport? Load { get; init; }

    /// <summary>How an instance is asked to finish; null when it cannot be asked and is only given no more work.</summary>
    public DrainCalls? Drain { get; init; }

    /// <summary>How long requests may take.</summary>
    public RequestLimits Requests { get; init; } = new();

    /// <summary>How requests that only read are told apart while a group is upgraded; null when all count as writes.</summary>
    public ReadRules? Reads { get; init; }

    /// <summary>How an instance is started as a process on this machine; null when it cannot be.</summary>
    public LocalStart? Local { get; init; }

    /// <summary>How an instance is started on a machine over ssh; null when it cannot be.</summary>
    public SshStart? Ssh { get; init; }

    /// <summary>How the schema of its database is changed.</summary>
    public Migration Migration { get; init; } = new();
}

/// <summary>An active check.</summary>
public sealed record HealthCheck
{
    /// <summary>The path whose GET must answer 2xx; null checks only that the port accepts a connection.</summary>
    public string? Path { get; init; }

    /// <summary>Time between checks, 100 ms to 1 h; default 2 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one check may take, up to 1 min; default 2 s. A check that takes longer is a bad one.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many good checks in a row make an unhealthy backend ready, 1 to 100; default 2. A joining one needs one.</summary>
    public int Rise { get; init; } = 2;

    /// <summary>How many bad checks in a row make a ready backend unhealthy, 1 to 100; default 3.</summary>
    public int Fall { get; init; } = 3;
}

/// <summary>Where an instance reports its load, in the JSON shape of the peer: totalCores, totalTasks, totalUsedMemory, totalMemory.</summary>
public sealed record LoadReport
{
    /// <summary>The path to GET.</summary>
    public required string Path { get; init; }

    /// <summary>Time between samples, 100 ms to 1 h; default 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one sample may take, up to 1 min; default 2 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The age from which a sample no longer counts, default 10 s.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time without a sample from which the engine is silent: the last one is stale, and the next should have come.</summary>
    public TimeSpan SilentAfter => StaleAfter > Interval + Timeout ? StaleAfter : Interval + Timeout;

    /// <summary>A JSON pointer (RFC 6901) to the engine's version in the answer; null when it is not there.</summary>
    public string? VersionPointer { get; init; }
}

/// <summary>How an instance is asked to finish its work and take no more.</summary>
public sealed record DrainCalls
{
    /// <summary>The path to POST when draining begins.</summary>
    public required string Begin { get; init; }

    /// <summary>The path to POST when draining is called off; null when the engine cannot come back.</summary>
    public string? Cancel { get; init; }
}

/// <summary>How long requests may take and wait.</summary>
public sealed record RequestLimits
{
    /// <summary>How long connecting may take, default 5 s. Over it, another backend is chosen; AllBackends reports it as not sent.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a job may take until its answer begins, default 12 h, as the peer allows.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromHours(12);
}

/// <summary>
/// How an instance starts as a process. Nothing goes through a shell: each element of <see cref="Command"/> is one
/// argument, and <c>${name}</c>, <c>${port}</c>, <c>${host}</c>, <c>${dataDir}</c> and those of <see cref="Placeholder"/> in it
/// are replaced.
/// </summary>
public sealed record LocalStart
{
    /// <summary>The program, found on the engine path or the PATH unless absolute, and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Variables that the process gets besides a minimal set of this process's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long an instance may take until it serves, 1 s to 6 h; default 60 s. Then it counts as failed and is undone.</summary>
    public TimeSpan BootDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between SIGTERM and SIGKILL, up to 1 h; default 10 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);
}
