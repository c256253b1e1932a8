using System.Globalization;
using ControlPlane.Infra.Postgres.Client;
using SqlEngine.Data;
using SqlEngine.Options;

namespace SqlEngine.Postgres;

/// <summary>The schema on a server; its version stands in the table <c>engine_schema</c>.</summary>
internal sealed class Schema(PostgresOptions options, string name) : ISchema
{
    /// <summary>What leads to each version from the one before.</summary>
    private static readonly string[] Steps =
    [
        "create table events (id text primary key, body text, at timestamptz default now())",
        "alter table events add column source text not null default 'unknown'; create index events_by_source on events (source)",
    ];

    private readonly PgSettings _settings = options.ToSettings(name, options.User, options.Password);

    /// <inheritdoc/>
    public void Check(int version) => Use(connection => SchemaMismatchException.ThrowUnlessSame(Read(connection), version));

    /// <inheritdoc/>
    public void Migrate(int version, TimeSpan atLeast, CancellationToken cancellation) => Use(connection =>
    {
        using var interruption = new Interruption(connection, cancellation);
        // Two at once would change the same table; the second then finds it changed.
        connection.Execute("begin; select pg_advisory_xact_lock(hashtext('engine_schema'))");
        var found = Read(connection);
        SchemaMismatchException.ThrowIfNewer(found, version);
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
