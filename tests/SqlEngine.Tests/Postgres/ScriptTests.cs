using System.Net;
using System.Text.Json;
using ControlPlane.TestKit;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Postgres;

/// <summary>Scripts on a real PostgreSQL.</summary>
public sealed class ScriptTests(Shop shop) : IClassFixture<Shop>
{
    [PostgresFact]
    public async Task Post_EveryKindOfValue_KeepsItsType()
    {
        await using var engine = await TestEngine.StartAsync(await shop.OpenAsync());

        var answer = await engine.AnswerAsync(
            "select 1 as a, 9007199254740993::bigint as b, 1.5::float8 as c, 'NaN'::float8 as d, 12.340::numeric as e, true as f, 'é\"' as g, null as h, '\\x6869'::bytea as i, 1 as a");

        Assert.Equal("""[{"a":1,"b":9007199254740993,"c":1.5,"d":null,"e":12.340,"f":true,"g":"é\"","h":null,"i":"aGk=","a:1":1}]""", answer);
    }

    [PostgresFact]
    public async Task Post_SchemaAskedFor_NamesSparkTypes()
    {
        await using var engine = await TestEngine.StartAsync(await shop.OpenAsync());

        using var answer = JsonDocument.Parse(await engine.AnswerAsync("select 1 as a, 'x' as b, true as c, 1.5 as d where false", ("includeSchema", "true")));

        var types = answer.RootElement.GetProperty("schema").GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("type").GetString());
        Assert.Equal(["long", "string", "boolean", "double"], types);
        Assert.Equal(0, answer.RootElement.GetProperty("data").GetArrayLength());
    }

    [PostgresFact]
    public async Task Post_NamedTable_IsReadByLaterStatementsAndByNoLaterScript()
    {
        await using var engine = await TestEngine.StartAsync(await OneConnectionAsync());

        Assert.Equal("""[{"b":21}]""", await engine.AnswerAsync("select 20 as a as t; select a + 1 as b from t"));
        Assert.Equal("""[{"a":3}]""", await engine.AnswerAsync("select 1 as a as t; select a + 2 as a from t as t; select * from t where a > 0 as u"));
        Assert.Equal("42P01", await SqlStateAsync(engine, "insert into t values (1)"));
    }

    [PostgresFact]
    public async Task Post_Rows_AreStreamedUpToTheOutputSize()
    {
        await using var engine = await TestEngine.StartAsync(await shop.OpenAsync());

        Assert.Equal("""[{"n":1},{"n":2}]""", await engine.AnswerAsync("select n from generate_series(1, 100000) as n order by n", ("outputSize", "2")));
        using var all = JsonDocument.Parse(await engine.AnswerAsync("select n from generate_series(1, 100000) as n", ("outputSize", "200000")));
        Assert.Equal(100_000, all.RootElement.GetArrayLength());
    }

    [PostgresFact]
    public async Task Post_WhatIsWrong_AnswersItsCodeAndPlace()
    {
        await using var engine = await TestEngine.StartAsync(await shop.OpenAsync());

        using var response = await engine.RunAsync("select 1; select nope");
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(("sql_error", "42703", 2, 17), (Text("code"), Text("sqlState"), Number("statement"), Number("position")));

        string? Text(string name) => problem.RootElement.GetProperty(name).GetString();
        int Number(string name) => problem.RootElement.GetProperty(name).GetInt32();
    }

    [PostgresFact]
    public async Task Post_Reads_GoOnWhileTheWriterIsShutOut()
    {
        var options = await shop.OpenAsync();
        await using var engine = await TestEngine.StartAsync(options);
        await engine.AnswerAsync("create table t(a int); insert into t values (7)");
        var writer = options.Postgres!.User;

        await shop.Server.SqlAsync($"alter role {writer} nologin");
        await shop.EndSessionsAsync(writer);

        Assert.Equal("""[{"a":7}]""", await engine.AnswerAsync("select a from t"));
        Assert.Equal("""[{"a":7}]""", await engine.AnswerAsync("select t.a from t as t"));
        using var refused = await engine.RunAsync("insert into t values (8)");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("\"code\":\"database_unavailable\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("\"sqlState\":\"28000\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Post_SessionEndedBetweenScripts_IsReplacedUnseen()
    {
        var options = await OneConnectionAsync();
        await using var engine = await TestEngine.StartAsync(options);
        await engine.AnswerAsync("create table t(a int)");

        await shop.EndSessionsAsync(options.Postgres!.User);
        await engine.AnswerAsync("insert into t values (1)");

        Assert.Equal("1", await shop.Server.SqlAsync("select count(*) from t", options.Postgres.Database));
    }

    [PostgresFact]
    public async Task Post_SessionEndedDuringAStatement_SaysThatNobodyKnows()
    {
        var options = await shop.OpenAsync();
        await using var engine = await TestEngine.StartAsync(options);
        await engine.AnswerAsync("create table t(a int)");

        var writing = engine.RunAsync("insert into t select sleep(600000)");
        await UntilAsync("wait_event = 'PgSleep'", options);
        await shop.EndSessionsAsync(options.Postgres!.User);
        using var response = await writing;

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("\"code\":\"database_lost\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("[]", await engine.AnswerAsync("select a from t"));
    }

    [PostgresFact]
    public async Task Post_Sleep_WaitsAnswersAndEndsWithItsTimeoutOrAKill()
    {
        var options = await shop.OpenAsync();
        await using var engine = await TestEngine.StartAsync(options);

        Assert.Equal("""[{"sleep":20}]""", await engine.AnswerAsync("select sleep(20)"));
        using var late = await engine.RunAsync("select sleep(600000)", [("timeout", "50")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);

        var killed = engine.RunAsync("select sleep(600000)", [("jobName", "long")]);
        await engine.UntilRunningAsync(1);
        await engine.PostAsync("/killjob", ("jobName", "long"));
        using var answer = await killed;
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        await UntilAsync("wait_event = 'PgSleep'", options, isThere: false);
    }

    [PostgresFact]
    public async Task Post_WhatAScriptLeavesOpen_DoesNotReachTheNext()
    {
        var options = await OneConnectionAsync();
        await using var engine = await TestEngine.StartAsync(options);
        await engine.AnswerAsync("create table t(a int)");

        await engine.AnswerAsync("set work_mem = '1234kB'; begin; insert into t values (1); create temp table t2(a int)");

        Assert.Equal("[]", await engine.AnswerAsync("set application_name = 'x'; select a from t"));
        Assert.NotEqual("""[{"work_mem":"1234kB"}]""", await engine.AnswerAsync("reset application_name; show work_mem"));
        Assert.Equal("42P01", await SqlStateAsync(engine, "insert into t2 values (1)"));
    }

    [PostgresFact]
    public async Task Post_ScriptAfterScript_SharesASessionAndKeepsTheOwnersRole()
    {
        var options = await OneConnectionAsync();
        await using var engine = await TestEngine.StartAsync(options);
        var (writer, reader) = (await engine.AnswerAsync("set work_mem = '2MB'; select pg_backend_pid() as pid"), await engine.AnswerAsync("select pg_backend_pid() as pid"));

        await engine.AnswerAsync("set role none");
        await engine.AnswerAsync("create table t(a int)");

        Assert.Equal(writer, await engine.AnswerAsync("set work_mem = '2MB'; select pg_backend_pid() as pid"));
        Assert.Equal(reader, await engine.AnswerAsync("select pg_backend_pid() as pid"));
        Assert.NotEqual(writer, reader);
        Assert.Equal($"{options.Postgres!.Database}_owner", await shop.Server.SqlAsync("select tableowner from pg_tables where tablename = 't'", options.Postgres.Database));
    }

    [PostgresFact]
    public async Task Post_MoreScriptsThanConnections_Wait()
    {
        var options = await OneConnectionAsync();
        await using var engine = await TestEngine.StartAsync(options);
        await engine.AnswerAsync("create table t(a int)");

        await Task.WhenAll(Enumerable.Range(0, 30).Select(index => engine.AnswerAsync($"insert into t values ({index})")));

        Assert.Equal("""[{"n":30}]""", await engine.AnswerAsync("select count(*) as n from t"));
        Assert.Equal("1", await shop.Server.SqlAsync($"select count(*) from pg_stat_activity where usename = '{options.Postgres!.User}'"));
    }

    [PostgresFact]
    public async Task Post_OwnersSession_IsRefused()
    {
        await using var engine = await TestEngine.StartAsync(await shop.OpenAsync());

        using var response = await engine.RunAsync("select 1", [("sessionPerUser", "true")]);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"field\":\"sessionPerUser\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<EngineOptions> OneConnectionAsync()
    {
        var options = await shop.OpenAsync();
        return options with { Postgres = options.Postgres! with { Connections = 1 } };
    }

    private static async Task<string?> SqlStateAsync(TestEngine engine, string sql)
    {
        using var response = await engine.RunAsync(sql);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("sqlState").GetString();
    }

    private Task UntilAsync(string condition, EngineOptions options, bool isThere = true) => Eventually.TrueAsync(
        async () => await shop.Server.SqlAsync($"select exists (select from pg_stat_activity where datname = '{options.Postgres!.Database}' and {condition})") == (isThere ? "t" : "f"),
        $"sessions with {condition}: {isThere}");
}
