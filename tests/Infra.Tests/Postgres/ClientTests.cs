using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>The client over libpq.</summary>
[Collection(PostgresLab.Collection)]
public sealed class ClientTests(PostgresLab lab)
{
    private DatabaseAccount Admin => new("postgres", lab.Options.AdminPassword!);

    [PostgresFact]
    public void Query_Values_ComeBackAsTheyAre()
    {
        using var connection = lab.Open("postgres", Admin);

        var result = connection.Query("SELECT $1::text AS \"a b\", $2::int8 AS n, NULL", "é\\'\n", "7");

        Assert.Equal([new("a b", 25), new("n", 20), new("?column?", 25)], result.Columns);
        Assert.True(Assert.Single(result.Rows).SequenceEqual(["é\\'\n", "7", null]));
    }

    [PostgresFact]
    public void Execute_SyntaxError_SaysWhere()
    {
        using var connection = lab.Open("postgres", Admin);

        var failure = Assert.Throws<PgFailure>(() => connection.Execute("SELECT * FRM x"));

        Assert.Equal(("42601", 10, false), (failure.SqlState, failure.Position, failure.IsConnectionLost));
        Assert.Equal("1", connection.Execute("SELECT 1").Scalar);
    }

    [PostgresFact]
    public void Execute_EndedByTheServer_SaysThatTheConnectionIsLost()
    {
        using var connection = lab.Open("postgres", Admin);
        lab.Execute("postgres", $"SELECT pg_terminate_backend({connection.Pid}, 10000)");

        var failure = Assert.Throws<PgFailure>(() => connection.Execute("SELECT 1"));

        Assert.True(failure.IsConnectionLost);
        Assert.Contains(failure.SqlState, (string[])["57P01", PgFailure.ConnectionFailure]);
        Assert.False(connection.IsAlive);
    }

    [PostgresFact]
    public async Task Cancel_FromAnotherThread_EndsTheStatement()
    {
        using var connection = lab.Open("postgres", Admin);
        var running = Task.Run(() => connection.Execute("SELECT pg_sleep(60)"));
        await Eventually.TrueAsync(
            () => lab.Execute("postgres", $"SELECT state FROM pg_stat_activity WHERE pid = {connection.Pid} AND query LIKE '%pg_sleep%'").Scalar == "active", () => "the statement does not begin");

        connection.Cancel();

        Assert.Equal("57014", (await Assert.ThrowsAsync<PgFailure>(() => running)).SqlState);
        Assert.Equal("1", connection.Execute("SELECT 1").Scalar);
    }

    [PostgresFact]
    public void Stream_LeftHalfway_LeavesTheSessionUsable()
    {
        using var connection = lab.Open("postgres", Admin);

        using (var rows = connection.Stream("SELECT i, 'x' FROM generate_series(1, $1::int) i", "1000000"))
        {
            Assert.Equal(2, rows.Columns.Count);
            Assert.True(rows.Next()!.SequenceEqual(["1", "x"]));
        }

        Assert.Equal("1", connection.Execute("SELECT 1").Scalar);
    }

    [PostgresFact]
    public void Stream_FailsOnItsWay_SaysSo()
    {
        using var connection = lab.Open("postgres", Admin);
        using var rows = connection.Stream("SELECT 1 / (3 - i) FROM generate_series(1, 5) i");

        var failure = Assert.Throws<PgFailure>(() =>
        {
            while (rows.Next() is not null)
            {
            }
        });

        Assert.Equal("22012", failure.SqlState);
        Assert.Equal("1", connection.Execute("SELECT 1").Scalar);
    }

    [PostgresFact]
    public void Open_WrongPasswordOrNobodyThere_HasTheServersCode()
    {
        var refused = Assert.Throws<PgFailure>(() => lab.Open("postgres", new("postgres", "wrong")));
        var missing = Assert.Throws<PgFailure>(() => lab.Open("nowhere", Admin));
        var absent = Assert.Throws<PgFailure>(() => PgConnection.Open(new PgSettings { Host = "/nowhere", Database = "a", User = "b" }));

        Assert.Equal(("28P01", "3D000", PgFailure.ConnectionRefused), (refused.SqlState, missing.SqlState, absent.SqlState));
        Assert.DoesNotContain("wrong", refused.ToString());
    }

    [PostgresFact]
    public void Execute_CopyToTheClient_IsRefused()
    {
        using var connection = lab.Open("postgres", Admin);

        Assert.Equal("0A000", Assert.Throws<PgFailure>(() => connection.Execute("COPY (SELECT 1) TO STDOUT")).SqlState);
        Assert.True(Assert.Throws<PgFailure>(() => connection.Execute("SELECT 1")).IsConnectionLost);
    }
}
