using System.Globalization;

namespace SqlEngine.Options;

/// <summary>Every flag that the engine knows, in the order in which the help lists them.</summary>
internal static class Flags
{
    private const int LongestSeconds = 86_400;

    public static IReadOnlyList<Flag> All { get; } =
    [
        new("--port", "a number from 0 to 65535", "listen on this port of 127.0.0.1; 0 picks a free one (default 9003)",
            (options, value) => Number(value, 0, 65_535) is { } port ? options with { Urls = [$"http://127.0.0.1:{port}"] } : null),
        new("--urls", "http addresses separated by ;", "listen on these addresses instead; there is no authentication",
            (options, value) => Addresses(value) is { } urls ? options with { Urls = urls } : null),
        new("--name", "a text", "name in logs and in /instance/info (default sql-engine)",
            (options, value) => value.Length > 0 ? options with { Name = value } : null),
        new("--database", "a file", "SQLite file, created when missing, shared or not (default: private, in memory)",
            (options, value) => value.Length > 0 ? options with { DatabaseFile = Path.GetFullPath(value) } : null),
        new("--cores", "a number from 1 to 4096", "cores reported by /instance/resource (default: the machine's)",
            (options, value) => Number(value, 1, 4096) is { } cores ? options with { Cores = cores } : null),
        new("--max-jobs", "a number from 1 to 10000", "jobs that may run at once (default 256)",
            (options, value) => Number(value, 1, 10_000) is { } jobs ? options with { MaxJobs = jobs } : null),
        new("--max-sessions", "a number from 1 to 10000", "owners that may have a session at once (default 64)",
            (options, value) => Number(value, 1, 10_000) is { } sessions ? options with { MaxSessions = sessions } : null),
        new("--session-idle", "seconds from 1 to 86400", "how long an idle session is kept (default 1800)",
            (options, value) => Seconds(value, 1) is { } idle ? options with { SessionIdle = idle } : null),
        new("--engine-version", "a text", "version shown in /instance/info (default: its own)",
            (options, value) => value.Length > 0 ? options with { EngineVersion = value } : null),
        new("--startup-delay", "seconds from 0 to 86400", "listen but take no work for so long (default 0)",
            (options, value) => Seconds(value, 0) is { } delay ? options with { StartupDelay = delay } : null),
        new("--drain-timeout", "seconds from 0 to 86400", "on SIGTERM, let jobs run for so long (default 30)",
            (options, value) => Seconds(value, 0) is { } timeout ? options with { DrainTimeout = timeout } : null),
        .. PostgresFlags.All,
        .. SchemaFlags.All,
    ];

    internal static int? Number(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : null;

    internal static TimeSpan? Seconds(string value, int least) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds >= least && seconds <= LongestSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static string[]? Addresses(string value)
    {
        var urls = value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.Length > 0 && urls.All(IsHttpAddress) ? urls : null;
    }

    private static bool IsHttpAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp && address.PathAndQuery == "/";
}
