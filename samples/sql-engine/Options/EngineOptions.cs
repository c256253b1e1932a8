namespace SqlEngine.Options;

/// <summary>What one engine instance is told when it starts.</summary>
internal sealed record EngineOptions
{
    /// <summary>Addresses to listen on; port 0 picks a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:9003"];

    /// <summary>The instance's name in logs and in <c>/instance/info</c>.</summary>
    public string Name { get; init; } = "sql-engine";

    /// <summary>The SQLite file, which several instances may share; null for a private database in memory.</summary>
    public string? DatabaseFile { get; init; }

    /// <summary>The PostgreSQL database; null for SQLite.</summary>
    public PostgresOptions? Postgres { get; init; }

    /// <summary>The version of the schema that it needs there; null for whatever is there.</summary>
    public int? SchemaVersion { get; init; }

    /// <summary>Whether it brings the schema to that version before it takes work.</summary>
    public bool Migrates { get; init; }

    /// <summary>How long that takes at least, when there is something to do.</summary>
    public TimeSpan MigrationTime { get; init; } = TimeSpan.Zero;

    /// <summary>The cores reported by <c>/instance/resource</c>.</summary>
    public int Cores { get; init; } = Environment.ProcessorCount;

    /// <summary>How many jobs may run at once, and how many callbacks of asynchronous jobs may wait for delivery.</summary>
    public int MaxJobs { get; init; } = 256;

    /// <summary>How many owners may have a session at once.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>How long an owner's session is kept after its last script.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The version shown in <c>/instance/info</c>.</summary>
    public string EngineVersion { get; init; } = typeof(EngineOptions).Assembly.GetName().Version!.ToString(3);

    /// <summary>How long the instance listens but takes no work: it stands for the slow boot of a bigger engine.</summary>
    public TimeSpan StartupDelay { get; init; } = TimeSpan.Zero;

    /// <summary>How long a stopping instance lets its jobs run before it cancels them.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
