using System.Globalization;
using SqlEngine.Data;

namespace SqlEngine.Sqlite;

/// <summary>The schema in a file; its version is the file's <c>user_version</c>.</summary>
internal sealed class Schema(string file) : ISchema
{
    /// <summary>What leads to each version from the one before.</summary>
    private static readonly string[][] Steps =
    [
        ["create table events (id text primary key, body text, at text default current_timestamp)"],
        ["alter table events add column source text not null default 'unknown'", "create index events_by_source on events (source)"],
    ];

    /// <inheritdoc/>
    public void Check(int version)
    {
        using var connection = new Connection(file);
        SchemaMismatchException.ThrowUnlessSame(Read(connection), version);
    }

    /// <inheritdoc/>
    public void Migrate(int version, TimeSpan atLeast, CancellationToken cancellation)
    {
        using var connection = new Connection(file);
        connection.UseFor(cancellation);
        // Two at once would change the same table; the second waits, and then finds it changed.
        connection.Execute("begin immediate");
        var found = Read(connection);
        SchemaMismatchException.ThrowIfNewer(found, version);
        if (found < version)
        {
            foreach (var statement in Steps[found..version].SelectMany(step => step))
                connection.Execute(statement);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"select sleep({atLeast.TotalMilliseconds:0})"));
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {version}"));
        }

        connection.Execute("commit");
    }

    private static int Read(Connection connection)
    {
        using var rows = new Statement(connection, "pragma user_version");
        rows.Step();
        return (int)rows.Number(0);
    }
}
