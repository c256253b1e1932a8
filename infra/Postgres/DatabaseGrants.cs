using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>What belongs to a database and is not in it, so that no copy takes it along: its settings, and who may connect.</summary>
internal static class DatabaseGrants
{
    /// <summary>
    /// Settings whose value is a list of names; source: <c>variable_is_guc_list_quote</c> in PostgreSQL's dumputils.c. As one
    /// text they would become one name.
    /// </summary>
    private static readonly HashSet<string> Lists =
        ["local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"];

    /// <summary>Gives a new database what another has. Accounts of epochs and the public get nothing: they have to be admitted.</summary>
    public static void Copy(PgConnection server, string from, string to)
    {
        server.Execute($"REVOKE ALL ON DATABASE {Identifier(to)} FROM PUBLIC");
        CopyGrants(server, from, to);
        CopySettings(server, from, to);
    }

    /// <summary>The owner of the original may do in the copy what an owner may, except to connect or to let connect: its members would get that from it.</summary>
    private static void CopyGrants(PgConnection server, string from, string to)
    {
        var grants = server.Query(
            $"""
            SELECT DISTINCT CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END, a.privilege_type
            FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
            WHERE d.datname = $1
              AND NOT (a.privilege_type = 'CONNECT' AND a.grantee IN (0, d.datdba))
              AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) !~ '{EpochAccounts.Pattern}')
            """,
            from);
        foreach (var row in grants.Rows)
            server.Execute($"GRANT {row[1]} ON DATABASE {Identifier(to)} TO {(row[0] is { } role ? Identifier(role) : "PUBLIC")}");
    }

    private static void CopySettings(PgConnection server, string from, string to)
    {
        var settings = server.Query(
            $"""
            SELECT r.rolname, split_part(c, '=', 1), substr(c, strpos(c, '=') + 1)
            FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c
            WHERE d.datname = $1 AND (s.setrole = 0 OR r.rolname !~ '{EpochAccounts.Pattern}')
            """,
            from);
        foreach (var row in settings.Rows)
        {
            var target = row[0] is { } role ? $"ROLE {Identifier(role)} IN DATABASE {Identifier(to)}" : $"DATABASE {Identifier(to)}";
            var (name, value) = (row[1]!, row[2]!);
            server.Execute(Lists.Contains(name)
                ? $"BEGIN; SELECT set_config({Literal(name)}, {Literal(value)}, true); ALTER {target} SET {Identifier(name)} FROM CURRENT; COMMIT"
                : $"ALTER {target} SET {Setting(name)} = {Literal(value)}");
        }
    }

    // An extension's setting has a name of two parts.
    private static string Setting(string name) => string.Join('.', name.Split('.').Select(Identifier));
}
