using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

namespace ControlPlane.Infra.Postgres;

/// <summary>What stands against copying and fencing a database, each with what to do.</summary>
internal static class Inspection
{
    /// <summary>Transactions that run for longer than a minute, superusers in the database, and subscriptions that write to it.</summary>
    private static readonly string[] Obstacles =
    [
        """
        SELECT format('A transaction of %s (process %s) has run for %s s: let it end, or end it.',
                      coalesce(usename, backend_type), pid, extract(epoch FROM now() - xact_start)::bigint)
        FROM pg_stat_activity WHERE datname = current_database() AND xact_start < now() - interval '60 s'
          AND backend_type <> 'autovacuum worker' AND pid <> pg_backend_pid()
        """,
        $"""
        SELECT DISTINCT format('The superuser %s is connected (%s), and no fence holds superusers: end that session.',
                               a.usename, nullif(a.application_name, ''))
        FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
        WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND r.rolsuper
          AND a.application_name !~ '^{AdminSessions.ApplicationName}' AND a.pid <> pg_backend_pid()
        """,
        """
        SELECT format('The subscription %s writes to the database: disable it.', subname) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
        WHERE d.datname = current_database() AND s.subenabled
        """,
    ];

    /// <summary>Looks.</summary>
    public static DatabaseInspection Read(PgConnection connection)
    {
        var row = connection.Execute("SELECT current_setting('server_version'), pg_database_size(current_database())").Rows[0];
        return new DatabaseInspection
        {
            Version = row[0]!,
            Bytes = long.Parse(row[1]!, CultureInfo.InvariantCulture),
            Obstacles =
            [
                .. Writers.Prepared(connection).Select(one => $"There is a {one}: commit it or roll it back."),
                .. Writers.OtherLogins(connection).Select(role =>
                    $"The role {role} may log in and write, and is no account of the control plane: REVOKE CONNECT ON DATABASE, or ALTER ROLE NOLOGIN."),
                .. Obstacles.SelectMany(sql => connection.Execute(sql).Rows).Select(found => found[0]!),
            ],
        };
    }
}
