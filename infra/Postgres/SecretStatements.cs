using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>Statements that hold a password or its verifier: they are kept out of the server's log and statistics, also when they fail.</summary>
internal static class SecretStatements
{
    /// <summary>From here on, nothing that the session runs is written down. A statement of its own, since a string of several is logged whole.</summary>
    public static void Begin(PgConnection connection) => connection.Execute(
        "SET log_statement = 'none'; SET log_min_error_statement = 'panic'; SET log_min_duration_statement = -1; SET pg_stat_statements.track_utility = off");
}
