using System.Net;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Endpoints;

public sealed class OwnerSessionTests
{
    private static readonly (string, string)[] Ann = [("owner", "ann"), ("sessionPerUser", "true")];
    private static readonly (string, string)[] Bob = [("owner", "bob"), ("sessionPerUser", "true")];

    [Fact]
    public async Task Post_SessionPerUser_KeepsTheOwnersTables()
    {
        await using var engine = await TestEngine.StartAsync();

        await engine.AnswerAsync("select 1 as a as t", Ann);

        Assert.Equal("""[{"a":1}]""", await engine.AnswerAsync("select * from t", Ann));
        await (await engine.RunAsync("select * from t", Bob)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "sql_error");
    }

    [Fact]
    public async Task Post_NoSession_ForgetsTempTables()
    {
        await using var engine = await TestEngine.StartAsync();

        await engine.AnswerAsync("select 1 as a as t");

        await (await engine.RunAsync("select * from t")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "sql_error");
    }

    [Fact]
    public async Task Post_KilledWhileWaitingForItsTurn_EndsAtOnce()
    {
        await using var engine = await TestEngine.StartAsync();
        var first = engine.RunAsync("select sleep(600000)", [.. Ann, ("jobName", "first")]);
        await engine.UntilRunningAsync(1);
        var second = engine.RunAsync("select 1", [.. Ann, ("jobName", "second")]);
        await Eventually.TrueAsync(async () => await engine.TotalTasksAsync() == 2, "the second job");

        await engine.PostAsync("/killjob", ("jobName", "second"));

        await (await second).ShouldBeProblemAsync(HttpStatusCode.Conflict, "job_cancelled");
        await engine.PostAsync("/killjob", ("jobName", "first"));
        await (await first).ShouldBeProblemAsync(HttpStatusCode.Conflict, "job_cancelled");
        Assert.Equal("""[{"a":1}]""", await engine.AnswerAsync("select 1 as a", Ann));
    }

    [Fact]
    public async Task Post_EverySessionInUse_IsRefused()
    {
        await using var engine = await TestEngine.StartAsync(new EngineOptions { MaxSessions = 1 });
        var first = engine.RunAsync("select sleep(600000)", [.. Ann, ("jobName", "first")]);
        await engine.UntilRunningAsync(1);

        using var refused = await engine.RunAsync("select 1", Bob);

        await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "too_many_sessions");
        await engine.PostAsync("/killjob", ("jobName", "first"));
        await first;
    }
}
