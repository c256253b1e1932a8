using System.Globalization;

namespace ControlPlane.Infra.Postgres.Client;

/// <summary>Where and as whom to connect.</summary>
internal sealed record PgSettings
{
    /// <summary>A host name, an address, or the folder of a local socket.</summary>
    public required string Host { get; init; }

    /// <summary>The port; default 5432.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The role.</summary>
    public required string User { get; init; }

    /// <summary>Its password, a secret; null where the server asks for none.</summary>
    public string? Password { get; init; }

    /// <summary>How the session is named in <c>pg_stat_activity</c>, at most 63 bytes.</summary>
    public string ApplicationName { get; init; } = "controlplane";

    /// <summary>Settings of the session by name, such as <c>search_path</c>.</summary>
    public IReadOnlyDictionary<string, string> Session { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether and how TLS is used, as libpq's <c>sslmode</c>; default <c>prefer</c>.</summary>
    public string SslMode { get; init; } = "prefer";

    /// <summary>How long connecting may take; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long data may stay unacknowledged before the connection counts as lost; default 30 s.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without the password: it may stand in a log.</summary>
    public override string ToString() => $"{User} at {Host}:{Port}/{Database}";

    /// <summary>libpq's keywords and their values.</summary>
    internal IEnumerable<(string Keyword, string Value)> Parameters()
    {
        var seconds = Math.Max(1, (int)SilenceLimit.TotalSeconds);
        yield return ("host", Host);
        yield return ("port", Port.ToString(CultureInfo.InvariantCulture));
        yield return ("dbname", Database);
        yield return ("user", User);
        if (Password is not null)
            yield return ("password", Password);
        yield return ("application_name", ApplicationName);
        yield return ("client_encoding", "UTF8");
        yield return ("sslmode", SslMode);
        yield return ("gssencmode", "disable");
        yield return ("keepalives_idle", seconds.ToString(CultureInfo.InvariantCulture));
        yield return ("keepalives_interval", "5");
        yield return ("keepalives_count", "3");
        yield return ("tcp_user_timeout", (seconds * 1000L).ToString(CultureInfo.InvariantCulture));
        if (Session.Count > 0)
            yield return ("options", string.Join(' ', Session.Select(one => $"-c {Escaped(one.Key)}={Escaped(one.Value)}")));
    }

    // In "options" a backslash takes the next character as it is, and a space divides; source: libpq, 34.1.2.
    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
}
