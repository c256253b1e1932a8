using System.Globalization;
using SqlEngine.Data;

namespace SqlEngine.Options;

/// <summary>The flags of an engine that knows the version of its tables.</summary>
internal static class SchemaFlags
{
    public static IReadOnlyList<Flag> All { get; } =
    [
        new("--schema-version", string.Create(CultureInfo.InvariantCulture, $"a number from 1 to {ISchema.Newest}"), "the version of the tables that it needs (default: none)",
            (options, value) => Flags.Number(value, 1, ISchema.Newest) is { } version ? options with { SchemaVersion = version } : null),
        new("--migrate", "", "bring the database to that version before it takes work", (options, _) => options with { Migrates = true }),
        new("--migration-seconds", "seconds from 0 to 86400", "take at least so long for it (default 0)",
            (options, value) => Flags.Seconds(value, 0) is { } least ? options with { MigrationTime = least } : null),
    ];

    /// <summary>What is wrong with the flags as a whole; null when nothing is.</summary>
    public static string? Check(EngineOptions options) => options switch
    {
        { Postgres: null, DatabaseFile: null, SchemaVersion: not null } => "--schema-version needs --database or --postgres-host",
        { SchemaVersion: null, Migrates: true } => "--migrate needs --schema-version",
        _ => null,
    };
}
