using System.Globalization;
using ControlPlane.Infra.Postgres.Client;
using SqlEngine.Options;

namespace SqlEngine.Postgres;

/// <summary>
/// The engine's own table, in the versions that upgrades between can be tried with. The version that a database is at
/// stands in the database itself.
/// </summary>
internal sealed class Schema(PostgresOptions options, string name)
{
    /// <summary>What leads to each version from the one before.</summary>
    private static readonly string[] Steps =
    [
        "create table events (id text primary key, body text, at timestamptz default now())",
        "alter table events add column source text not null default 'unknown'; create index events_by_source on events (source)",
    ];

    private readonly PgSettings _settings = options.ToSettings(name, options.User, options.Password);

    /// <summary>The newest version.</summary>
    public static int Newest => Steps.Length;

    /// <summary>Refuses to run on a schema of another version: an engine knows its own alone.</summary>
    /// <exception cref="SchemaMismatchException">The database is at another version.</exception>
    /// <exception cref="PostgresFailure">It cannot be reached.</exception>
    public void Check(int version) => Use(connection =>
    {
        var found = Read(connection);
        if (found != version)
            throw new SchemaMismatchException(found < version
                ? $"has schema version {found}, and this engine needs {version}; start one engine with --migrate first"
                : $"has schema version {found}, and this engine is of version {version}; it cannot run on a newer schema");
    });

    /// <summary>Brings the database to a version, whole or not at all.</summary>
    /// <param name="version">The version, 1 to <see cref="Newest"/>.</param>
    /// <param name="atLeast">How long it takes besides, when there is something to do: it stands for a bigger database.</param>
    /// <param name="cancellation">Gives up, and leaves the database as it was.</param>
    /// <exception cref="SchemaMismatchException">The database is at a newer version.</exception>
    /// <exception cref="PostgresFailure">It cannot be reached or changed.</exception>
    public void Migrate(int version, TimeSpan atLeast, CancellationToken cancellation) => Use(connection =>
    {
        using var interruption = new Interruption(connection, cancellation);
        // Two at once would change the same table; the second then finds it changed.
        connection.Execute("begin; select pg_advisory_xact_lock(hashtext('engine_schema'))");
        var found = Read(connection);
        if (found > version)
            throw new SchemaMismatchException($"has schema version {found}, and there is no way back to {version}");
        if (found < version)
        {
            foreach (var step in Steps[found..version])
                connection.Execute(step);
            connection.Query("select pg_sleep($1::float8)", atLeast.TotalSeconds.ToString(CultureInfo.InvariantCulture));
            connection.Execute("create table if not exists engine_schema (version int not null); delete from engine_schema");
            connection.Query("insert into engine_schema values ($1)", version.ToString(CultureInfo.InvariantCulture));
        }

        connection.Execute("commit");
    });

    private static int Read(PgConnection connection) =>
        connection.Execute("select to_regclass('engine_schema') is not null").Scalar == "t"
        && connection.Execute("select max(version) from engine_schema").Scalar is { } version
            ? int.Parse(version, CultureInfo.InvariantCulture)
            : 0;

    private void Use(Action<PgConnection> work)
    {
        try
        {
            using var connection = PgConnection.Open(_settings);
            work(connection);
        }
        catch (PgFailure failure)
        {
            throw new PostgresFailure(failure);
        }
    }
}
