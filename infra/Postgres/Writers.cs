using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>Who writes to a database, or could. All of it is asked in that database.</summary>
internal static class Writers
{
    /// <summary>
    /// Whether the role <c>r</c> could write: it owns a table or schema, may become who does, or was granted it. One that may make
    /// roles can give itself all of that.
    /// </summary>
    private const string CanWrite = """
        (r.rolcreaterole
         OR EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p', 'f', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
                      AND (pg_has_role(r.oid, c.relowner, 'MEMBER')
                           OR c.relkind <> 'S' AND (has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                                                    OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE'))))
         OR EXISTS (SELECT 1 FROM pg_namespace n
                    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
                      AND has_schema_privilege(r.oid, n.oid, 'CREATE'))
         OR EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.roleid
                    WHERE m.member = r.oid AND (o.rolsuper OR has_database_privilege(o.oid, current_database(), 'CREATE'))))
        """;

    /// <summary>Whether an account may log in, and the roles that it may become; null when there is no such account.</summary>
    public static (bool? MayLogIn, IReadOnlyList<string> Roles) StateOf(PgConnection connection, string account)
    {
        var mayLogIn = connection.Query("SELECT rolcanlogin FROM pg_roles WHERE rolname = $1", account).Scalar;
        var roles = connection.Query(
            "SELECT o.rolname FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1 ORDER BY 1",
            account);
        return (mayLogIn is null ? null : mayLogIn == "t", [.. roles.Rows.Select(row => row[0]!)]);
    }

    /// <summary>Sessions of an account anywhere on the server, and of others in this database that could write, superusers left out.</summary>
    public static IReadOnlyList<string> Sessions(PgConnection connection, string account) =>
        Names(connection.Query($"SELECT format('session %s of %s', a.pid, a.usename) {From}", account));

    /// <summary>Tells them to end.</summary>
    public static void End(PgConnection connection, string account) => connection.Query($"SELECT pg_terminate_backend(a.pid) {From}", account);

    /// <summary>
    /// Who is just logging in to this database: from before the server looks whether it may, until it stands among the sessions, a
    /// session holds this lock; source: <c>InitPostgres</c> in PostgreSQL's postinit.c.
    /// </summary>
    public static IReadOnlyList<string> Entering(PgConnection connection) => Names(connection.Query("""
        SELECT format('session %s that is just logging in', l.pid)
        FROM pg_locks l JOIN pg_database d ON d.datname = current_database() AND l.objid = d.oid
        WHERE l.locktype = 'object' AND l.classid = 'pg_database'::regclass AND l.mode = 'RowExclusiveLock' AND l.pid <> pg_backend_pid()
        """));

    /// <summary>Accounts that may log in, connect and write here, superusers left out.</summary>
    public static IReadOnlyList<string> Logins(PgConnection connection) =>
        Names(connection.Query($"""
            SELECT r.rolname FROM pg_roles r
            WHERE r.rolcanlogin AND NOT r.rolsuper AND has_database_privilege(r.oid, current_database(), 'CONNECT') AND {CanWrite} ORDER BY 1
            """));

    /// <summary>Those of them that were not made here.</summary>
    public static IReadOnlyList<string> OtherLogins(PgConnection connection)
    {
        var made = Names(connection.Query("SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = $1", OwnedDatabases.Mark));
        return [.. Logins(connection).Except(made)];
    }

    /// <summary>Prepared transactions, which anyone could commit later.</summary>
    public static IReadOnlyList<string> Prepared(PgConnection connection) =>
        Names(connection.Query("""
            SELECT format('prepared transaction %s of %s', quote_literal(gid), owner) FROM pg_prepared_xacts
            WHERE database = current_database() ORDER BY 1
            """));

    private const string From = $"""
        FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
        WHERE a.pid <> pg_backend_pid() AND a.backend_type IS DISTINCT FROM 'parallel worker'
          AND (a.usename = $1 OR a.datname = current_database() AND NOT r.rolsuper AND {CanWrite})
        """;

    private static string[] Names(PgResult result) => [.. result.Rows.Select(row => row[0]!)];
}
