using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres;
using ControlPlane.Infra.Postgres.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>
/// What a server's counters of writes prove. One that has lost count must never look like one to which nobody has written; so
/// each table here is at zero before it is written to.
/// </summary>
public sealed class WriteCountersTests : IAsyncLifetime
{
    private const string Database = "counted", Table = "public.t";
    private TestKit.Postgres? _server;
    private PostgresServer? _port;

    private TestKit.Postgres Server => _server!;

    private PostgresServer Port => _port!;

    public async Task InitializeAsync()
    {
        if (TestKit.Postgres.Missing is not null)
            return;
        _server = await TestKit.Postgres.StartAsync();
        _port = new PostgresServer(
            new PostgresOptions { Name = "main", Host = TestKit.Postgres.Host, Port = _server.Port, AdminPassword = TestKit.Postgres.Password }, TimeProvider.System);
        await _server.SqlAsync($"create database {Database}");
        await _server.SqlAsync("create table t (id int, body text)", Database);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [PostgresFact]
    public async Task Count_NothingHappened_ShowsNoWrite()
    {
        var before = await CountAsync();
        using (Open())
        {
        }

        Assert.Equal(0, before.Tables[Table].Rows);
        Assert.True((await CountAsync()).ShowsNoWriteTo(Table, before));
    }

    /// <summary>After each of these the counter stands where it stood before the write, or might.</summary>
    [PostgresFact]
    public async Task Count_WriteThenCountersAreLost_NeverShowsNoWrite()
    {
        await UnnoticedAsync("a backend is killed", async () =>
        {
            using var victim = Open();
            Assert.Equal("", await TryAsync(() => Server.SqlAsync($"copy (select 1) to program 'kill -KILL {victim.Pid}'")));
            await ServesAsync();
        });
        await UnnoticedAsync("the server is killed", async () =>
        {
            await Server.CrashAsync();
            await Server.RecoverAsync();
        });
        await UnnoticedAsync("the server crashes", async () =>
        {
            await Server.EndAtOnceAsync();
            await Server.RecoverAsync();
        });
        await UnnoticedAsync("the server is stopped and started", async () =>
        {
            await Server.StopAsync();
            await Server.RecoverAsync();
        });
        await UnnoticedAsync("pg_stat_reset", () => Server.SqlAsync("select pg_stat_reset()", Database));
        await UnnoticedAsync("pg_stat_reset_single_table_counters", () => Server.SqlAsync("select pg_stat_reset_single_table_counters('t'::regclass)", Database));
    }

    /// <summary>None of these counts as writing rows.</summary>
    [PostgresTheory]
    [InlineData("truncate t")]
    [InlineData("alter table t add column more text default 'filled in'")]
    [InlineData("alter table t alter column id type bigint")]
    [InlineData("drop table t; create table t (id int, body text)")]
    public async Task Count_TableChangesWithoutWrites_IsNotTheSameTable(string change)
    {
        await Server.SqlAsync("insert into t select n, 'body' from generate_series(1, 10) n", Database);
        await Server.SqlAsync("select pg_stat_reset()", Database);
        var before = await CountAsync();

        await Server.SqlAsync(change, Database);

        var after = await CountAsync();
        Assert.Equal((0, 0), (before.Tables[Table].Rows, after.Tables[Table].Rows));
        Assert.False(after.ShowsNoWriteTo(Table, before));
        Assert.Null(WriteMark.Of(before)!.CountTo(after));
    }

    /// <summary>What the server does to a table by itself is no change of what is in it.</summary>
    [PostgresFact]
    public async Task Count_TableIsVacuumedAndAnalyzed_ShowsNoWrite()
    {
        await Server.SqlAsync("insert into t select n, 'body' from generate_series(1, 10) n; delete from t where id < 5", Database);
        var before = await CountAsync();

        await Server.SqlAsync("vacuum (analyze) t", Database);

        var after = await CountAsync();
        Assert.True(after.ShowsNoWriteTo(Table, before));
        Assert.Equal(0, WriteMark.Of(before)!.CountTo(after));
    }

    /// <summary>Behind a fence all sessions have ended, and the counts are compared at once.</summary>
    [PostgresFact]
    public async Task Count_SessionIsGone_HasAllThatItHasWritten()
    {
        for (var round = 1; round <= 50; round++)
        {
            int pid;
            using (var session = Open())
            {
                pid = session.Pid;
                session.Execute("insert into t values (1), (2), (3)");
                await Server.SqlAsync($"select pg_terminate_backend({pid})");
            }

            await Eventually.TrueAsync(async () => await Server.SqlAsync($"select count(*) from pg_stat_activity where pid = {pid}") == "0", "the end of the session");
            Assert.Equal(3 * round, (await CountAsync()).Tables[Table].Rows);
        }
    }

    [PostgresFact]
    public async Task Count_SomeSessionsDoNotCount_IsNotKnown()
    {
        await Server.SqlAsync("create role quiet login; alter role quiet set track_counts = off");
        Assert.Null(await Port.CountWritesAsync(Database, default));
        await Server.SqlAsync("alter role quiet reset track_counts");
        Assert.NotNull(await Port.CountWritesAsync(Database, default));

        await Server.SqlAsync($"alter database {Database} set track_counts = off");
        Assert.Null(await Port.CountWritesAsync(Database, default));
    }

    private async Task UnnoticedAsync(string what, Func<Task> happens)
    {
        await Server.SqlAsync("select pg_stat_reset()", Database);
        var before = await CountAsync();
        await Server.SqlAsync("insert into t values (1, 'unnoticed')", Database);

        await happens();

        Assert.Equal(0, before.Tables[Table].Rows);
        Assert.False((await CountAsync()).ShowsNoWriteTo(Table, before), $"{what}: the write went unnoticed");
    }

    private async Task<WriteCounts> CountAsync()
    {
        var counts = await Port.CountWritesAsync(Database, default);
        Assert.NotNull(counts);
        return counts;
    }

    private Task ServesAsync() => Eventually.TrueAsync(async () => await TryAsync(() => Server.SqlAsync("select 1")) == "1", "the server to serve again");

    private static async Task<string> TryAsync(Func<Task<string>> sql)
    {
        try
        {
            return await sql();
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private PgConnection Open() => PgConnection.Open(new PgSettings
    {
        Host = TestKit.Postgres.Host,
        Port = Server.Port,
        Database = Database,
        User = TestKit.Postgres.Superuser,
        Password = TestKit.Postgres.Password,
        ApplicationName = "test",
    });
}
