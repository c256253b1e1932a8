namespace SqlEngine.Options;

/// <summary>The flags of an engine on PostgreSQL. Its passwords are no flags: other users of the machine can read those.</summary>
internal static class PostgresFlags
{
    public static IReadOnlyList<Flag> All { get; } =
    [
        new("--postgres-host", "a host or the folder of a socket", "keep the data on this PostgreSQL server instead of in SQLite",
            (options, value) => With(options, value, postgres => postgres with { Host = value })),
        new("--postgres-port", "a number from 1 to 65535", "its port (default 5432)",
            (options, value) => Flags.Number(value, 1, 65_535) is { } port ? With(options, value, postgres => postgres with { Port = port }) : null),
        new("--postgres-database", "a text", "the database there",
            (options, value) => With(options, value, postgres => postgres with { Database = value })),
        new("--postgres-user", "a text", "the account; its password is in SQL_ENGINE_PASSWORD",
            (options, value) => With(options, value, postgres => postgres with { User = value })),
        new("--postgres-reader", "a text", "the account for scripts that only read; SQL_ENGINE_READER_PASSWORD",
            (options, value) => With(options, value, postgres => postgres with { Reader = value })),
        new("--postgres-connections", "a number from 1 to 1000", "connections of each account at once (default 16)",
            (options, value) => Flags.Number(value, 1, 1000) is { } most ? With(options, value, postgres => postgres with { Connections = most }) : null),
    ];

    /// <summary>What is wrong with the flags as a whole; null when nothing is.</summary>
    public static string? Check(EngineOptions options) => options switch
    {
        { Postgres: null } => null,
        { DatabaseFile: not null } => "--database and --postgres-host exclude each other",
        { Postgres.Host: "" } => "--postgres-host is missing",
        { Postgres.Database: "" } => "--postgres-database is missing",
        { Postgres.User: "" } => "--postgres-user is missing",
        _ => null,
    };

    private static EngineOptions? With(EngineOptions options, string value, Func<PostgresOptions, PostgresOptions> change) =>
        value.Length > 0 ? options with { Postgres = change(options.Postgres ?? new PostgresOptions()) } : null;
}
