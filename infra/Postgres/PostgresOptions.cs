namespace ControlPlane.Infra.Postgres;

/// <summary>How a PostgreSQL server is reached, and what is done there at most.</summary>
public sealed record PostgresOptions
{
    /// <summary>The name that monitors refer to.</summary>
    public required string Name { get; init; }

    /// <summary>A host name, an address, or the folder of a local socket.</summary>
    public required string Host { get; init; }

    /// <summary>The port; default 5432.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>A superuser: only one may end others' sessions, restore what others own, and replicate. Default <c>postgres</c>.</summary>
    public string AdminUser { get; init; } = "postgres";

    /// <summary>Its password, a secret; null where the server asks for none.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>The database for what is done to others; default <c>postgres</c>.</summary>
    public string MaintenanceDatabase { get; init; } = "postgres";

    /// <summary>The folder of <c>pg_dump</c> and <c>pg_restore</c>; the PATH when null.</summary>
    public string? ProgramFolder { get; init; }

    /// <summary>Where a copy is kept on its way when it cannot go from table to table; the system's temporary folder when null.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>Whether and how TLS is used, as libpq's <c>sslmode</c>; default <c>prefer</c>.</summary>
    public string SslMode { get; init; } = "prefer";

    /// <summary>How long connecting may take; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one statement may run that does not read or write whole tables; default 60 s.</summary>
    public TimeSpan StatementLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long the server may wait, while writes are held, for others' transactions that have written, before a copy can follow;
    /// default 10 s.
    /// </summary>
    public TimeSpan FollowLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a backup, a copy or a description may take in all; default 2 h.</summary>
    public TimeSpan CopyLimit { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Without the password: it may stand in a log.</summary>
    public override string ToString() => $"{Name} ({AdminUser} at {Host}:{Port})";
}
