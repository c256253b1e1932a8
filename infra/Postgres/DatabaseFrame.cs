using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// What belongs to a database and is not in it, so that neither a dump nor <c>TEMPLATE</c> takes it along: its locale, its
/// settings, and who may connect.
/// </summary>
internal sealed record DatabaseFrame
{
    /// <summary>The encoding of text, such as <c>UTF8</c>.</summary>
    public required string Encoding { get; init; }

    /// <summary>The order of text.</summary>
    public required string Collate { get; init; }

    /// <summary>What counts as a letter.</summary>
    public required string CharacterType { get; init; }

    /// <summary>The locale of ICU; null where the C library sorts.</summary>
    public string? IcuLocale { get; init; }

    /// <summary>
    /// Who may do what with the database. Accounts of epochs are left out, and who connected as the public or the owner: they
    /// have to be admitted.
    /// </summary>
    public required IReadOnlyList<DatabaseGrant> Grants { get; init; }

    /// <summary>Settings of sessions in the database.</summary>
    public required IReadOnlyList<DatabaseSetting> Settings { get; init; }

    /// <summary>
    /// Settings whose value is a list of names; source: <c>variable_is_guc_list_quote</c> in PostgreSQL's dumputils.c. As one
    /// text they would become one name.
    /// </summary>
    private static readonly HashSet<string> Lists =
        ["local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"];

    /// <summary>What a database has.</summary>
    /// <exception cref="PgFailure">There is no such database.</exception>
    public static DatabaseFrame Read(PgConnection server, string database)
    {
        var locale = server.Query("SELECT pg_encoding_to_char(encoding), datcollate, datctype, daticulocale FROM pg_database WHERE datname = $1", database);
        if (locale.Rows.Count == 0)
            throw new PgFailure($"There is no database {database}.") { SqlState = "3D000" };
        return new DatabaseFrame
        {
            Encoding = locale.Rows[0][0]!,
            Collate = locale.Rows[0][1]!,
            CharacterType = locale.Rows[0][2]!,
            IcuLocale = locale.Rows[0][3],
            Grants = ReadGrants(server, database),
            Settings = ReadSettings(server, database),
        };
    }

    /// <summary>Makes an empty database of this kind, into which nobody but a superuser can connect.</summary>
    public void Create(PgConnection server, string database)
    {
        var icu = IcuLocale is null ? "" : $" LOCALE_PROVIDER icu ICU_LOCALE {Literal(IcuLocale)}";
        server.Execute(
            $"CREATE DATABASE {Identifier(database)} TEMPLATE template0 ENCODING {Literal(Encoding)} " +
            $"LC_COLLATE {Literal(Collate)} LC_CTYPE {Literal(CharacterType)}{icu} CONNECTION LIMIT 0");
    }

    /// <summary>Gives all of it to a database. Roles that are gone get nothing.</summary>
    public void Apply(PgConnection server, string database)
    {
        var roles = server.Execute("SELECT rolname FROM pg_roles").Rows.Select(row => row[0]!).ToHashSet();
        server.Execute($"REVOKE ALL ON DATABASE {Identifier(database)} FROM PUBLIC");
        foreach (var (role, privilege) in Grants.Where(grant => grant.Role is null || roles.Contains(grant.Role)))
            server.Execute($"GRANT {privilege} ON DATABASE {Identifier(database)} TO {(role is null ? "PUBLIC" : Identifier(role))}");
        foreach (var (role, name, value) in Settings.Where(setting => setting.Role is null || roles.Contains(setting.Role)))
        {
            var target = role is null ? $"DATABASE {Identifier(database)}" : $"ROLE {Identifier(role)} IN DATABASE {Identifier(database)}";
            server.Execute(Lists.Contains(name)
                ? $"BEGIN; SELECT set_config({Literal(name)}, {Literal(value)}, true); ALTER {target} SET {Identifier(name)} FROM CURRENT; COMMIT"
                : $"ALTER {target} SET {Qualified(name)} = {Literal(value)}");
        }
    }

    /// <summary>
    /// The owner of the original may do in the copy what an owner may, except to connect or to let connect: its members would
    /// get that from it.
    /// </summary>
    private static DatabaseGrant[] ReadGrants(PgConnection server, string database) =>
        [.. server.Query(
            $"""
            SELECT DISTINCT CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END, a.privilege_type
            FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
            WHERE d.datname = $1
              AND NOT (a.privilege_type = 'CONNECT' AND a.grantee IN (0, d.datdba))
              AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) !~ '{EpochAccounts.Pattern}')
            """,
            database).Rows.Select(row => new DatabaseGrant(row[0], row[1]!))];

    private static DatabaseSetting[] ReadSettings(PgConnection server, string database) =>
        [.. server.Query(
            $"""
            SELECT r.rolname, split_part(c, '=', 1), substr(c, strpos(c, '=') + 1)
            FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c
            WHERE d.datname = $1 AND (s.setrole = 0 OR r.rolname !~ '{EpochAccounts.Pattern}')
            """,
            database).Rows.Select(row => new DatabaseSetting(row[0], row[1]!, row[2]!))];

    // An extension's setting has a name of two parts.
    private static string Qualified(string name) => string.Join('.', name.Split('.').Select(Identifier));
}

/// <summary>A privilege on a database.</summary>
/// <param name="Role">Whose; null for everybody's.</param>
/// <param name="Privilege">Such as <c>CONNECT</c>.</param>
internal sealed record DatabaseGrant(string? Role, string Privilege);

/// <summary>A setting of sessions in a database.</summary>
/// <param name="Role">Of which role's sessions; null for all.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, as the server keeps it.</param>
internal sealed record DatabaseSetting(string? Role, string Name, string Value);
