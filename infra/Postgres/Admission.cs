using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// What makes and unmakes an account. It is a member of the owner without inheriting from it, and every session of it
/// becomes the owner at once: so what it makes belongs to the owner, and to connect it needs a grant to itself alone.
/// </summary>
internal static class Admission
{
    /// <summary>Makes the account, still without login.</summary>
    /// <exception cref="DatabaseFailedException">The owner is no role to be a member of, or the account was not made here.</exception>
    public static void Prepare(PgConnection server, string owner, string account)
    {
        var isSuper = server.Query("SELECT rolsuper FROM pg_roles WHERE rolname = $1", owner).Scalar
            ?? throw new DatabaseFailedException($"There is no role {owner} to own the objects.");
        if (isSuper == "t")
            throw new DatabaseFailedException($"The owner {owner} is a superuser, whom no fence holds. Give the objects to a role that is none.");
        if (Exists(server, account))
            RequireMark(server, account);
        else
        {
            var name = Identifier(account);
            server.Execute($"BEGIN; CREATE ROLE {name} NOLOGIN; COMMENT ON ROLE {name} IS {Literal(OwnedDatabases.Mark)}; COMMIT");
        }
    }

    /// <summary>Lets the owner, or who only reads, at what is in the database.</summary>
    public static void OpenSchemas(PgConnection connection, string owner, DatabaseAccount account)
    {
        if (connection.Execute("SELECT 1 FROM pg_namespace WHERE nspname = 'public'").Rows.Count > 0)
            connection.Execute($"BEGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE, CREATE ON SCHEMA public TO {Identifier(owner)}; COMMIT");
        if (account.IsReadOnly)
            OpenToReader(connection, Identifier(owner), Identifier(account.Name));
    }

    /// <summary>
    /// Gives the account its password and its login, and lets it connect to this database and no other. The database then
    /// belongs to the administrator: its owner could let anybody in, and so could whoever is a member of that.
    /// </summary>
    public static void Complete(PgConnection server, string database, string owner, DatabaseAccount account)
    {
        var (name, role, target) = (Identifier(account.Name), Identifier(owner), Identifier(database));
        var others = server.Query(
            """
            SELECT d.datname FROM pg_database d, aclexplode(d.datacl) a
            WHERE a.grantee = (SELECT oid FROM pg_roles WHERE rolname = $1) AND a.privilege_type = 'CONNECT' AND d.datname <> $2
            """,
            account.Name,
            database);
        var statements = new List<string>
        {
            $"ALTER DATABASE {target} OWNER TO CURRENT_USER",
            $"REVOKE CONNECT ON DATABASE {target} FROM PUBLIC, {role}",
            $"GRANT CREATE, TEMPORARY ON DATABASE {target} TO {role}",
            account.IsReadOnly ? $"REVOKE {role} FROM {name}" : $"GRANT {role} TO {name}",
            account.IsReadOnly ? $"ALTER ROLE {name} RESET role" : $"ALTER ROLE {name} SET role = {role}",
            account.IsReadOnly ? $"ALTER ROLE {name} SET default_transaction_read_only = on" : $"ALTER ROLE {name} RESET default_transaction_read_only",
            $"GRANT CONNECT ON DATABASE {target} TO {name}",
            $"ALTER ROLE {name} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT -1 VALID UNTIL 'infinity' " +
            $"PASSWORD {Literal(server.Scrambled(account.Name, account.Password))}",
        };
        statements.InsertRange(0, others.Rows.Select(row => $"REVOKE CONNECT ON DATABASE {Identifier(row[0]!)} FROM {name}"));
        SecretStatements.Begin(server);
        server.Execute($"BEGIN; {string.Join("; ", statements)}; COMMIT");
    }

    /// <summary>Gives an account that is complete its password again, and leaves its login as it is. False when it is missing or half made.</summary>
    public static bool Renew(PgConnection server, DatabaseAccount account)
    {
        if (server.Query("SELECT 1 FROM pg_authid WHERE rolname = $1 AND rolpassword IS NOT NULL", account.Name).Rows.Count == 0)
            return false;
        RequireMark(server, account.Name);
        SecretStatements.Begin(server);
        server.Execute($"ALTER ROLE {Identifier(account.Name)} PASSWORD {Literal(server.Scrambled(account.Name, account.Password))}");
        return true;
    }

    /// <summary>Takes the login, and the way into the database, so that no new session begins.</summary>
    /// <exception cref="DatabaseFailedException">There is no such account, or it is a superuser.</exception>
    public static void Withdraw(PgConnection server, string database, string account)
    {
        var isSuper = server.Query("SELECT rolsuper FROM pg_roles WHERE rolname = $1", account).Scalar;
        if (isSuper is null)
            return;
        if (isSuper == "t")
            throw new DatabaseFailedException($"The account {account} is a superuser, whom no fence holds.");
        var name = Identifier(account);
        server.Execute($"BEGIN; ALTER ROLE {name} NOLOGIN; REVOKE CONNECT ON DATABASE {Identifier(database)} FROM {name}; COMMIT");
    }

    /// <summary>The databases in which something is granted to an account, or belongs to it.</summary>
    public static IReadOnlyList<string> DatabasesWith(PgConnection server, string account)
    {
        if (!Exists(server, account))
            return [];
        RequireMark(server, account);
        server.Execute($"ALTER ROLE {Identifier(account)} NOLOGIN");
        return [.. server.Query(
            """
            SELECT DISTINCT d.datname FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
            WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1) AND d.datallowconn
            """,
            account).Rows.Select(row => row[0]!)];
    }

    /// <summary>Takes what is granted to an account in this database. What it owns, against the rule, goes to the role that it is a member of.</summary>
    public static void Disown(PgConnection connection, string account)
    {
        var (_, roles) = Writers.StateOf(connection, account);
        var heir = roles.Count > 0 ? Identifier(roles[0]) : "CURRENT_USER";
        connection.Execute($"BEGIN; REASSIGN OWNED BY {Identifier(account)} TO {heir}; DROP OWNED BY {Identifier(account)}; COMMIT");
    }

    /// <summary>Removes the account.</summary>
    public static void Remove(PgConnection server, string account)
    {
        if (!Exists(server, account))
            return;
        RequireMark(server, account);
        server.Query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1", account);

        // What is granted on databases themselves is in no database, and any will do to take it.
        server.Execute($"BEGIN; DROP OWNED BY {Identifier(account)}; DROP ROLE {Identifier(account)}; COMMIT");
    }

    private static void OpenToReader(PgConnection connection, string owner, string reader)
    {
        var schemas = connection.Execute(
            "SELECT nspname FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'");
        var statements = schemas.Rows.Select(row => Identifier(row[0]!)).Select(schema =>
            $"GRANT USAGE ON SCHEMA {schema} TO {reader}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}; " +
            $"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {reader}");
        connection.Execute($"""
            BEGIN; {string.Join("; ", statements.Append("SELECT 1"))};
            ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT ON TABLES TO {reader};
            ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT ON SEQUENCES TO {reader};
            ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SCHEMAS TO {reader};
            COMMIT
            """);
    }

    private static bool Exists(PgConnection server, string role) => server.Query("SELECT 1 FROM pg_roles WHERE rolname = $1", role).Rows.Count > 0;

    private static void RequireMark(PgConnection server, string role)
    {
        if (server.Query("SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1", role).Scalar != OwnedDatabases.Mark)
            throw new DatabaseFailedException($"The account {role} was not made by the control plane, so it is left as it is.");
    }
}
