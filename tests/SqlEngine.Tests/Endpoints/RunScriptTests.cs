using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ControlPlane.SqlEngine.Tests.Endpoints;

public sealed class RunScriptTests
{
    [Theory]
    [InlineData("select 1 as a", """[{"a":1}]""")]
    [InlineData("select 1 as a; select 2 as b", """[{"b":2}]""")]
    [InlineData("create table t(a); insert into t values (1), (2); select * from t; drop table t", """[{"a":1},{"a":2}]""")]
    [InlineData("create table t(a)", "[]")]
    [InlineData("select 1 where 0", "[]")]
    [InlineData("select 9007199254740993 as big, -9223372036854775808 as least", """[{"big":9007199254740993,"least":-9223372036854775808}]""")]
    [InlineData("select 1e999 as a, -1e999 as b, null as c, 0.1 as d", """[{"a":null,"b":null,"c":null,"d":0.1}]""")]
    [InlineData("select x'00ff10' as b", """[{"b":"AP8Q"}]""")]
    [InlineData("select 'é\"\n' as s", """[{"s":"é\"\n"}]""")]
    [InlineData("select length(s) as n, s from (select 'a' || char(0) || 'b' as s)", """[{"n":1,"s":"a\u0000b"}]""")]
    [InlineData("select cast(x'ff' as text) as s", """[{"s":"�"}]""")]
    [InlineData("select 1 as a, 2 as a, 3 as a", """[{"a":1,"a:1":2,"a:2":3}]""")]
    [InlineData("select sleep(1) as a as t;", """[{"a":1}]""")]
    [InlineData("select sleep(null) as a, sleep(-5) as b", """[{"a":null,"b":0}]""")]
    [InlineData("select 1 as a as t; select a + 1 as b from t", """[{"b":2}]""")]
    [InlineData("select 1 as a as t; select a + 1 as a from t where 1 as t; select * from t", """[{"a":2}]""")]
    [InlineData("select 1 as a as \"my t\"; select * from [my t]", """[{"a":1}]""")]
    [InlineData("select t.a from (select 7 as a) as t; select * from t", """[{"a":7}]""")]
    public async Task Post_Script_AnswersTheRowsOfItsLastQuery(string sql, string expected)
    {
        await using var engine = await TestEngine.StartAsync();

        Assert.Equal(expected, await engine.AnswerAsync(sql));
    }

    [Fact]
    public async Task Post_SeveralStatements_StopAtTheOneThatFailsAndKeepTheRest()
    {
        await using var engine = await TestEngine.StartAsync();

        using var response = await engine.RunAsync("create table t(a); insert into t values (1); select nope from t; drop table t");

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "sql_error");
        Assert.Equal(3, problem.GetProperty("statement").GetInt32());
        Assert.Equal("no such column: nope", problem.GetProperty("detail").GetString());
        Assert.Equal("""[{"a":1}]""", await engine.AnswerAsync("select * from t"));
    }

    [Theory]
    [InlineData("select 1;\n select 'é' fro m x", "m x")]
    [InlineData("select 1;\n select 'é' fro m x as a as t", "m x")]
    [InlineData("select 1; -- nothing\n select 2 where nope as t", "nope")]
    public async Task Post_WrongSql_PointsAtItsPlaceInTheScript(string sql, string place)
    {
        await using var engine = await TestEngine.StartAsync();

        using var response = await engine.RunAsync(sql);

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "sql_error");
        Assert.Equal(2, problem.GetProperty("statement").GetInt32());
        // A library older than 3.38 does not tell the place.
        if (problem.TryGetProperty("position", out var position))
            Assert.Equal(sql.IndexOf(place, StringComparison.Ordinal), position.GetInt32());
    }

    [Theory]
    [InlineData("select 1 as a, 'x' as b", """{"schema":{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}},{"name":"b","type":"string","nullable":true,"metadata":{}}]},"data":[{"a":1,"b":"x"}]}""")]
    [InlineData("create temp table t(d real); select * from t", """{"schema":{"type":"struct","fields":[{"name":"d","type":"double","nullable":true,"metadata":{}}]},"data":[]}""")]
    [InlineData("create temp table t(d real)", "{}")]
    public async Task Post_IncludeSchema_AnswersTheSchemaBesideTheRows(string sql, string expected)
    {
        await using var engine = await TestEngine.StartAsync();

        Assert.Equal(expected, await engine.AnswerAsync(sql, ("includeSchema", "true")));
    }

    [Theory]
    [InlineData("outputSize", "2", """[{"value":1},{"value":2}]""")]
    [InlineData("outputSize", "0", "[]")]
    [InlineData("silence", "true", "[]")]
    [InlineData("unknown", "1", """[{"value":1},{"value":2},{"value":3}]""")]
    public async Task Post_Parameter_ShapesTheAnswer(string name, string value, string expected)
    {
        await using var engine = await TestEngine.StartAsync();

        Assert.Equal(expected, await engine.AnswerAsync("select value from json_each('[1,2,3]')", (name, value)));
    }

    [Fact]
    public async Task Post_NoOutputSize_AnswersFiveThousandRows()
    {
        await using var engine = await TestEngine.StartAsync();

        var rows = JsonDocument.Parse(await engine.AnswerAsync(Numbers(6000)));

        Assert.Equal(5000, rows.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Post_LargeAnswer_IsStreamedWhole()
    {
        await using var engine = await TestEngine.StartAsync();

        using var response = await engine.RunAsync(Numbers(200_000), [("outputSize", "1000000")]);
        var rows = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());

        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Equal(200_000, rows.RootElement.GetArrayLength());
        Assert.Equal(200_000, rows.RootElement[199_999].GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Post_ErrorAfterAPartIsSent_CutsTheAnswer()
    {
        await using var engine = await TestEngine.StartAsync();
        const string Failing = "with recursive c(n) as (select 1 union all select n + 1 from c where n < 100000) " +
            "select n, case when n = 90000 then json('{') end as bad from c";

        using var content = new FormUrlEncodedContent([new("sql", Failing), new("outputSize", "1000000")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/run/script") { Content = content };
        using var response = await engine.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var received = new MemoryStream();
        var copy = async () => await (await response.Content.ReadAsStreamAsync()).CopyToAsync(received);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<IOException>(copy);
        Assert.Contains("\"n\":50000,", Encoding.UTF8.GetString(received.ToArray()), StringComparison.Ordinal);
        await engine.UntilIdleAsync();
    }

    [Fact]
    public async Task Get_Query_IsTolerated()
    {
        await using var engine = await TestEngine.StartAsync();

        Assert.Equal("""[{"a":1}]""", await engine.Client.GetStringAsync("/run/script?sql=select+1+as+a"));
    }

    [Fact]
    public async Task Post_JsonObject_IsRead()
    {
        await using var engine = await TestEngine.StartAsync();

        using var response = await engine.Client.PostAsJsonAsync(
            "/run/script?sql=ignored", new { sql = "select value from json_each('[1,2,3]')", outputSize = 1, owner = (string?)null });

        Assert.Equal("""[{"value":1}]""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("[]", "application/json", HttpStatusCode.BadRequest, "body_invalid")]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest, "body_invalid")]
    [InlineData("""{"owner":"ann"}""", "application/json", HttpStatusCode.BadRequest, "sql_missing")]
    [InlineData("select 1", "text/plain", HttpStatusCode.BadRequest, "sql_missing")]
    [InlineData("a=b", "application/x-www-form-urlencoded", HttpStatusCode.BadRequest, "sql_missing")]
    public async Task Post_BadBody_IsAProblem(string body, string type, HttpStatusCode status, string code)
    {
        await using var engine = await TestEngine.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));

        using var response = await engine.Client.PostAsync("/run/script", content);

        await response.ShouldBeProblemAsync(status, code);
    }

    [Fact]
    public async Task Post_BodyOverTheLimit_IsRefused()
    {
        await using var engine = await TestEngine.StartAsync();
        using var content = new StringContent(new string('a', (16 * 1024 * 1024) + 1), Encoding.UTF8, "application/json");

        // The body is held back until the engine asks for it, so its answer is not lost in a broken connection.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/run/script") { Content = content };
        request.Headers.ExpectContinue = true;

        using var response = await engine.Client.SendAsync(request);

        await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Theory]
    [InlineData("GET", "/nope", HttpStatusCode.NotFound, "path_unknown")]
    [InlineData("PUT", "/run/script", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("GET", "/killjob", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("GET", "/instance/drain", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    public async Task Send_WrongPathOrMethod_IsAProblem(string method, string path, HttpStatusCode status, string code)
    {
        await using var engine = await TestEngine.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await engine.Client.SendAsync(request);

        await response.ShouldBeProblemAsync(status, code);
    }

    private static string Numbers(int count) =>
        $"with recursive c(n) as (select 1 union all select n + 1 from c where n < {count}) select n from c";
}
