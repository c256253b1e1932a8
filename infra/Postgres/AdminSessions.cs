using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>Sessions of the administrator. Each is opened for one piece of work, on a thread of its own, and then closed.</summary>
internal sealed class AdminSessions(PostgresOptions options)
{
    /// <summary>How the sessions begin their name in <c>pg_stat_activity</c>.</summary>
    public const string ApplicationName = "controlplane";

    /// <summary>Values in the same text whatever a database or role is set to.</summary>
    private static readonly Dictionary<string, string> Fixed = new()
    {
        ["search_path"] = "",
        ["timezone"] = "UTC",
        ["datestyle"] = "ISO, YMD",
        ["intervalstyle"] = "postgres",
        ["extra_float_digits"] = "1",
        ["bytea_output"] = "hex",
        ["lc_monetary"] = "C",
        ["xmlbinary"] = "base64",
        ["quote_all_identifiers"] = "off",
        ["row_security"] = "off",
        ["default_transaction_read_only"] = "off",
        ["default_transaction_isolation"] = "read committed",
        ["synchronous_commit"] = "on",
        ["idle_in_transaction_session_timeout"] = "0",
        // A session of a machine that has vanished, with the locks that it holds, ends within half a minute.
        ["tcp_keepalives_idle"] = "10",
        ["tcp_keepalives_interval"] = "5",
        ["tcp_keepalives_count"] = "3",
    };

    /// <summary>How the server is set up.</summary>
    public PostgresOptions Options => options;

    /// <summary>How to connect as the administrator.</summary>
    /// <param name="database">The database.</param>
    /// <param name="limit">How long one statement may run.</param>
    public PgSettings Settings(string database, TimeSpan limit) => new()
    {
        Host = options.Host,
        Port = options.Port,
        Database = database,
        User = options.AdminUser,
        Password = options.AdminPassword,
        SslMode = options.SslMode,
        ConnectTimeout = options.ConnectTimeout,
        ApplicationName = ApplicationName,
        Session = new Dictionary<string, string>(Fixed) { ["statement_timeout"] = limit.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) },
    };

    /// <summary>Works on the server as a whole.</summary>
    public Task<T> OnServerAsync<T>(Func<PgConnection, T> work, CancellationToken cancellation) =>
        RunAsync(options.MaintenanceDatabase, work, cancellation);

    /// <summary>Works on the server as a whole.</summary>
    public Task OnServerAsync(Action<PgConnection> work, CancellationToken cancellation) =>
        RunAsync(options.MaintenanceDatabase, work, cancellation);

    /// <summary>Works in a database.</summary>
    public Task RunAsync(string database, Action<PgConnection> work, CancellationToken cancellation, TimeSpan? limit = null) =>
        RunAsync(
            database,
            connection =>
            {
                work(connection);
                return true;
            },
            cancellation,
            limit);

    /// <summary>Works in a database.</summary>
    /// <exception cref="DatabaseFailedException">The server refused, or cannot be reached.</exception>
    public Task<T> RunAsync<T>(string database, Func<PgConnection, T> work, CancellationToken cancellation, TimeSpan? limit = null) =>
        Blocking.RunAsync(
            () =>
            {
                using var connection = PgConnection.Open(Settings(database, limit ?? options.StatementLimit));
                using var cancelling = cancellation.Register(connection.Cancel);
                return work(connection);
            },
            $"Database {database} on {options.Name}",
            cancellation);
}
