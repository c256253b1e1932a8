using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using static ControlPlane.Infra.Postgres.SqlText;

namespace ControlPlane.Infra.Postgres;

/// <summary>
/// The databases that are made here. One is made under another name and takes its own when it is whole, with a mark in its
/// comment; so what a crash leaves behind is known by its name, and what has the name is complete.
/// </summary>
internal static class OwnedDatabases
{
    /// <summary>The comment of databases and roles that are made here.</summary>
    public const string Mark = "made by controlplane";

    /// <summary>The name of a database that is being made.</summary>
    public static string Unfinished(string database) => $"{database}~new";

    /// <summary>Whether there is a database of that name.</summary>
    public static bool Exists(PgConnection server, string database) =>
        server.Query("SELECT 1 FROM pg_database WHERE datname = $1", database).Rows.Count > 0;

    /// <summary>Keeps others from making the same database, as long as the session is open.</summary>
    /// <exception cref="DatabaseFailedException">Another process is making it.</exception>
    public static async Task<HeldSession> LockAsync(AdminSessions sessions, string database, CancellationToken cancellation)
    {
        var session = await HeldSession.OpenAsync(sessions.Settings(sessions.Options.MaintenanceDatabase, sessions.Options.CopyLimit), cancellation);
        var isFree = await session.RunAsync(
            server => server.Query("SELECT pg_try_advisory_lock(hashtextextended('controlplane makes ' || $1, 0))", database).Scalar == "t", cancellation);
        if (isFree)
            return session;
        session.Dispose();
        throw new DatabaseFailedException($"Database {database} is being made by another process.");
    }

    /// <summary>Drops what an earlier call left, whole or not, so that the database can be made anew.</summary>
    /// <exception cref="DatabaseFailedException">There is one that was not made here, or that is in use.</exception>
    public static void Clear(PgConnection server, string database)
    {
        DropUnfinished(server, database);
        if (!Exists(server, database))
            return;
        RequireMark(server, database);
        server.Execute($"DROP DATABASE {Identifier(database)}");
    }

    /// <summary>Drops what is not whole, and ends the sessions that still work on it.</summary>
    public static void DropUnfinished(PgConnection server, string database) =>
        server.Execute($"DROP DATABASE IF EXISTS {Identifier(Unfinished(database))} WITH (FORCE)");

    /// <summary>Gives a database that is whole its name and its mark, and lets in whom it is granted to.</summary>
    public static void Finish(PgConnection server, string database)
    {
        var unfinished = Identifier(Unfinished(database));
        server.Execute($"""
            BEGIN;
            COMMENT ON DATABASE {unfinished} IS {Literal(Mark)};
            ALTER DATABASE {unfinished} CONNECTION LIMIT -1;
            ALTER DATABASE {unfinished} RENAME TO {Identifier(database)};
            COMMIT
            """);
    }

    /// <summary>Drops a database that was made here, and ends the sessions in it.</summary>
    /// <exception cref="DatabaseFailedException">It was not made here.</exception>
    public static void Drop(PgConnection server, string database)
    {
        DropUnfinished(server, database);
        if (!Exists(server, database))
            return;
        RequireMark(server, database);
        server.Execute($"DROP DATABASE {Identifier(database)} WITH (FORCE)");
    }

    private static void RequireMark(PgConnection server, string database)
    {
        var comment = server.Query("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", database).Scalar;
        if (comment != Mark)
            throw new DatabaseFailedException($"Database {database} was not made by the control plane, so it is left as it is.");
    }
}
