using System.Net;
using System.Text.Json;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Endpoints;

public sealed class AsyncJobTests
{
    [Fact]
    public async Task Post_Async_AnswersAtOnceAndPostsTheResult()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var engine = await TestEngine.StartAsync();

        using var response = await engine.RunAsync(
            "select 1 as a", [.. Async(receiver), ("jobName", "j1"), ("callbackHeader", """{"X-Token":"abc"}""")]);

        Assert.Equal("[]", await response.Content.ReadAsStringAsync());
        var delivery = await receiver.NextAsync();
        Assert.Equal(("succeeded", """[{"a":1}]"""), (delivery.Form["stat"], delivery.Form["res"]));
        Assert.Equal("abc", delivery.Headers["X-Token"]);
        var job = JsonDocument.Parse(delivery.Form["jobInfo"]).RootElement;
        Assert.Equal("j1", job.GetProperty("jobName").GetString());
        Assert.Equal(response.Headers.GetValues("X-Job-Id").Single(), job.GetProperty("groupId").GetString());
    }

    [Fact]
    public async Task Post_AsyncIncludeSchema_AnswersAnObjectAtOnce()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var engine = await TestEngine.StartAsync();

        Assert.Equal("{}", await engine.AnswerAsync("select 1 as a", [.. Async(receiver), ("includeSchema", "true")]));

        var result = JsonDocument.Parse((await receiver.NextAsync()).Form["res"]).RootElement;
        Assert.Equal("""[{"a":1}]""", result.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("select nope", "sql_error", "no such column: nope")]
    [InlineData("select printf('%.*c', 9000000, 'x') from json_each('[1,2,3]')", "answer_too_large", "limited to 16 MiB")]
    public async Task Post_AsyncFails_PostsWhy(string sql, string code, string message)
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var engine = await TestEngine.StartAsync();

        await engine.AnswerAsync(sql, Async(receiver));

        var delivery = await receiver.NextAsync();
        Assert.Equal(("failed", code), (delivery.Form["stat"], delivery.Form["code"]));
        Assert.Contains(message, delivery.Form["msg"], StringComparison.Ordinal);
        Assert.False(delivery.Form.ContainsKey("res"));
    }

    [Fact]
    public async Task Post_AsyncRuns_CountsAndCanBeKilled()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var engine = await TestEngine.StartAsync();
        using var response = await engine.RunAsync("select sleep(600000)", Async(receiver));
        await engine.UntilRunningAsync(1);

        Assert.Equal(1, await engine.TotalTasksAsync());
        await engine.PostAsync("/killjob", ("groupId", response.Headers.GetValues("X-Job-Id").Single()));

        Assert.Equal("job_cancelled", (await receiver.NextAsync()).Form["code"]);
        Assert.Equal(0, await engine.TotalTasksAsync());
    }

    [Fact]
    public async Task Post_CallbackFails_IsTriedAgainAsOftenAsAllowed()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.InternalServerError, HttpStatusCode.NoContent);
        await using var engine = await TestEngine.StartAsync();

        await engine.AnswerAsync("select 1 as a", [.. Async(receiver), ("maxRetries", "2")]);

        for (var attempt = 1; attempt <= 3; attempt++)
            Assert.Equal("""[{"a":1}]""", (await receiver.NextAsync()).Form["res"]);
    }

    [Fact]
    public async Task Post_CallbackFailsWithoutRetries_IsGivenUpAndFreesItsRoom()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.InternalServerError);
        await using var engine = await TestEngine.StartAsync(new EngineOptions { MaxJobs = 1 });
        await engine.AnswerAsync("select 1 as a", Async(receiver));
        await receiver.NextAsync();

        await Eventually.TrueAsync(
            async () => (await engine.RunAsync("select 2 as a", Async(receiver))).IsSuccessStatusCode, "room for another job");

        Assert.Equal("""[{"a":2}]""", (await receiver.NextAsync()).Form["res"]);
    }

    [Fact]
    public async Task Post_MoreAsyncJobsThanAllowed_AreRefused()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var engine = await TestEngine.StartAsync(new EngineOptions { MaxJobs = 1 });
        await engine.AnswerAsync("select sleep(600000)", [.. Async(receiver), ("jobName", "j")]);

        using var refused = await engine.RunAsync("select 1", Async(receiver));

        await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "too_many_jobs");
        await engine.PostAsync("/killjob", ("jobName", "j"));
    }

    [Fact]
    public async Task Post_AsyncWithoutCallback_IsRefused()
    {
        await using var engine = await TestEngine.StartAsync();

        using var response = await engine.RunAsync("select 1", [("async", "true")]);

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "callback_missing");
    }

    private static (string, string)[] Async(CallbackReceiver receiver) => [("async", "true"), ("callback", receiver.Url)];
}
