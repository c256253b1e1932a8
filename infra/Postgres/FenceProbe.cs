using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// Tries to write as an account, each time with a login of its own. Only a login that is refused counts as the fence's
/// refusal: what a session may not do, it may yet find a way to.
/// </summary>
internal sealed class FenceProbe(PostgresOptions options)
{
    /// <summary>How a try ends that got through: an error, so that nothing of it stays.</summary>
    private const string GotThrough = "22012";
    private const string Undo = "SELECT 1/0";
    private const string NoLogin = "28000";
    private const string NoPrivilege = "42501";
    private const string Make = "CREATE TABLE controlplane_probe ()";

    private static readonly Dictionary<string, string> Brief = new() { ["statement_timeout"] = "5000", ["lock_timeout"] = "2000" };

    private static readonly Dictionary<string, string> ReadWrite = new(Brief) { ["default_transaction_read_only"] = "off" };

    /// <summary>Tries everything.</summary>
    /// <param name="database">The database.</param>
    /// <param name="account">The account.</param>
    /// <param name="roles">The roles that it may become.</param>
    /// <param name="mayLogIn">Whether the server's own records let it log in; null when there is no such account.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<FenceTry>> TryAllAsync(
        string database, DatabaseAccount account, IReadOnlyList<string> roles, bool? mayLogIn, CancellationToken cancellation)
    {
        var tries = new List<FenceTry>();
        foreach (var (what, session, sql) in Ways(roles))
            tries.Add(await TryAsync(what, Settings(database, account, session), sql, mayLogIn, cancellation));
        var elsewhere = options.MaintenanceDatabase;
        tries.Add(await TryAsync($"log in to {elsewhere}", Settings(elsewhere, account, Brief), null, mayLogIn, cancellation));
        return tries;
    }

    private static IEnumerable<(string What, Dictionary<string, string> Session, string Sql)> Ways(IReadOnlyList<string> roles)
    {
        yield return ("make a table", Brief, $"BEGIN; {Make}; {Undo}");
        yield return ("make a table after SET transaction_read_only = off in the same string", Brief, $"SET transaction_read_only = off; {Make}; {Undo}");
        yield return ("make a table after SET TRANSACTION READ WRITE", Brief, $"BEGIN; SET TRANSACTION READ WRITE; {Make}; {Undo}");
        yield return (
            "make a table after SET default_transaction_read_only = off", Brief, $"SET default_transaction_read_only = off; COMMIT; BEGIN; {Make}; {Undo}");
        yield return ("make a table with default_transaction_read_only = off from the login on", ReadWrite, $"BEGIN; {Make}; {Undo}");
        yield return ("make a table after RESET ROLE", Brief, $"BEGIN READ WRITE; RESET ROLE; {Make}; {Undo}");
        yield return ("delete no row of a table", Brief, $"BEGIN READ WRITE; {DeleteNothing}; {Undo}");
        foreach (var role in roles)
        {
            yield return ($"make a table after SET ROLE {role}", Brief, $"BEGIN READ WRITE; SET ROLE {Identifier(role)}; {Make}; {Undo}");
            yield return (
                $"make a table after SET SESSION AUTHORIZATION {role}",
                Brief,
                $"BEGIN READ WRITE; SET SESSION AUTHORIZATION {Identifier(role)}; {Make}; {Undo}");
        }
    }

    /// <summary>Asks for the right to change the first table that can be seen, without changing anything.</summary>
    private const string DeleteNothing = """
        DO $$
        DECLARE found regclass;
        BEGIN
          SELECT c.oid INTO found FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)' ORDER BY c.oid LIMIT 1;
          IF found IS NULL THEN RAISE EXCEPTION 'there is no table'; END IF;
          EXECUTE format('DELETE FROM %s WHERE false', found);
        END $$
        """;

    private static Task<FenceTry> TryAsync(string what, PgSettings settings, string? sql, bool? mayLogIn, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Try(what, settings, sql, mayLogIn), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static FenceTry Try(string what, PgSettings settings, string? sql, bool? mayLogIn)
    {
        PgConnection connection;
        try
        {
            connection = PgConnection.Open(settings);
        }
        catch (PgFailure failure)
        {
            return new FenceTry(what, IsFence(failure, mayLogIn) ? FenceOutcome.Refused : FenceOutcome.Unclear, failure.Message);
        }
        using (connection)
            return sql is null ? new FenceTry(what, FenceOutcome.Unclear, "The server let it in, if not to this database.") : Write(what, connection, sql);
    }

    private static FenceTry Write(string what, PgConnection connection, string sql)
    {
        try
        {
            connection.Execute(sql);
            return new FenceTry(what, FenceOutcome.Unclear, "The server did not even notice that it was to be undone.");
        }
        catch (PgFailure failure)
        {
            return failure.SqlState == GotThrough
                ? new FenceTry(what, FenceOutcome.Written)
                : new FenceTry(what, FenceOutcome.Unclear, $"The server let it in, and then: {failure.Message}");
        }
    }

    /// <summary>A rule of pg_hba.conf has the same code, and may hold for this machine only; its message names that file in every language.</summary>
    private static bool IsFence(PgFailure failure, bool? mayLogIn) => failure.SqlState switch
    {
        NoLogin => mayLogIn == false && !failure.Message.Contains("pg_hba.conf", StringComparison.Ordinal),
        NoPrivilege => true,
        _ => false,
    };

    private PgSettings Settings(string database, DatabaseAccount account, Dictionary<string, string> session) => new()
    {
        Host = options.Host,
        Port = options.Port,
        Database = database,
        User = account.Name,
        Password = account.Password,
        SslMode = options.SslMode,
        ConnectTimeout = options.ConnectTimeout,
        ApplicationName = "controlplane fence proof",
        Session = session,
    };
}
