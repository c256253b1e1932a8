using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>What is between an original and the copy that follows it: a publication and a slot there, a subscription here, all of one name.</summary>
internal sealed class ReplicationLink(string from, string to)
{
    private const string Cancelled = "57014";
    private const string Key = "hashtext('controlplane replicates'), hashtext($1)";

    /// <summary>The name; the same for the same two.</summary>
    /// <remarks>A slot's name is made of lower-case letters, digits and underscores, and the copy's name can be anything, so it goes in as a hash.</remarks>
    public string Name { get; } = $"controlplane_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{from}\0{to}")))[..16]}";

    /// <summary>
    /// Makes a session the only one that makes or removes the link in its database, as long as it is open, and ends the one that
    /// was before it; false while that has not ended. A process that was frozen in the middle must not go on where it stood once
    /// another has come after it: what it would remove then is the other's.
    /// </summary>
    public bool Own(PgConnection connection)
    {
        connection.Query(
            $"""
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND (classid::int, objid::int) = ({Key}) AND objsubid = 2
            """,
            Name);
        return connection.Query($"SELECT pg_try_advisory_lock({Key})", Name).Scalar == "t";
    }

    /// <summary>Whether the copy has the subscription. Can be asked in any database.</summary>
    public bool IsThere(PgConnection connection) => connection.Query(ThereSql, Name, to).Rows.Count > 0;

    /// <summary>Whether the copy has the subscription, and it is not disabled. Can be asked in any database.</summary>
    public bool IsEnabled(PgConnection connection) => connection.Query($"{ThereSql} AND s.subenabled", Name, to).Rows.Count > 0;

    /// <summary>
    /// Makes publication and slot, at the original. The slot is made here: a subscription that makes its own waits, on the same
    /// server, for the very transaction that it stands in.
    /// </summary>
    /// <param name="connection">A session in the original.</param>
    /// <param name="what">What is published.</param>
    /// <param name="limit">How long the server may wait for others' transactions.</param>
    public void Publish(PgConnection connection, string what, TimeSpan limit)
    {
        connection.Execute($"CREATE PUBLICATION {Identifier(Name)} {what}");
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"SET statement_timeout = {limit.TotalMilliseconds:0}"));
        try
        {
            connection.Query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", Name);
        }
        catch (PgFailure failure) when (failure.SqlState == Cancelled)
        {
            const string why = "Transactions that have written, in whichever database, did not end in time: the server waits for them first.";
            throw new PgFailure(why)
            {
                SqlState = failure.SqlState,
            };
        }
    }

    /// <summary>Removes publication and slot, from the original; false while a sender still uses the slot.</summary>
    public bool Unpublish(PgConnection connection)
    {
        connection.Execute($"DROP PUBLICATION IF EXISTS {Identifier(Name)}");
        connection.Query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1 AND active", Name);
        connection.Query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active", Name);
        return connection.Query("SELECT 1 FROM pg_replication_slots WHERE slot_name = $1", Name).Rows.Count == 0;
    }

    /// <summary>Makes the subscription, in the copy.</summary>
    public void Subscribe(PgConnection connection, PostgresOptions options, bool hasData)
    {
        SecretStatements.Begin(connection);
        connection.Execute($"""
            CREATE SUBSCRIPTION {Identifier(Name)} CONNECTION {Literal(ConnectionText.Of(options, from))} PUBLICATION {Identifier(Name)}
            WITH (create_slot = false, slot_name = {Literal(Name)}, copy_data = {(hasData ? "false" : "true")}, disable_on_error = true)
            """);
    }

    /// <summary>Removes the subscription from the copy, if it is there, and gives the processes that have worked for it, which may be about to end.</summary>
    public IReadOnlyList<string> Unsubscribe(PgConnection connection)
    {
        if (!IsThere(connection))
            return [];
        var workers = connection.Query("SELECT pid FROM pg_stat_subscription WHERE subname = $1 AND pid IS NOT NULL", Name);
        connection.Execute($"ALTER SUBSCRIPTION {Identifier(Name)} DISABLE");
        connection.Execute($"ALTER SUBSCRIPTION {Identifier(Name)} SET (slot_name = NONE)");
        connection.Execute($"DROP SUBSCRIPTION {Identifier(Name)}");
        return [.. workers.Rows.Select(row => row[0]!)];
    }

    /// <summary>How far the subscription is, as the copy sees it.</summary>
    public (bool IsFilled, string? Failure) Read(PgConnection connection)
    {
        var row = connection.Query(
            """
            SELECT coalesce(bool_and(r.srsubstate = 'r'), true), bool_or(s.subenabled)
            FROM pg_subscription s LEFT JOIN pg_subscription_rel r ON r.srsubid = s.oid WHERE s.subname = $1
            """,
            Name).Rows[0];
        return (row[0] == "t" && row[1] is not null, row[1] == "t" ? null : "The subscription has been disabled; the server's log says why.");
    }

    private const string ThereSql = "SELECT 1 FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE s.subname = $1 AND d.datname = $2";
}
