using System.Net;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Endpoints;

public sealed class RunningJobTests
{
    private const string Slow = "select sleep(600000) as a";
    private const string Endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c";

    [Fact]
    public async Task Post_SlowScripts_RunInParallelAndAWriterPassesThem()
    {
        await using var engine = await TestEngine.StartAsync();
        await engine.AnswerAsync("create table t(a); insert into t values (1)");
        // Each job is in its second statement only after its first has read the table that all the others hold open.
        const string Reader = "select * from t; select sleep(600000), a from t";
        var jobs = Enumerable.Range(0, 8).Select(_ => engine.RunAsync(Reader, [("jobName", "slow")])).ToList();
        await engine.UntilRunningAsync(8, statement: 2);

        Assert.Equal(8, await engine.TotalTasksAsync());
        Assert.Equal(8, (await engine.GetAsync("/instance/info")).GetProperty("jobs").GetInt32());
        Assert.Equal("""[{"n":2}]""", await engine.AnswerAsync("insert into t values (2); select count(*) as n from t"));

        await engine.PostAsync("/killjob", ("jobName", "slow"));
        foreach (var response in await Task.WhenAll(jobs))
            await response.ShouldBeProblemAsync(HttpStatusCode.Conflict, "job_cancelled");
        Assert.Equal(0, await engine.TotalTasksAsync());
    }

    [Fact]
    public async Task RunningJobs_Job_HasThePeersShape()
    {
        await using var engine = await TestEngine.StartAsync();
        var response = engine.RunAsync($"select 1; {Slow};", [("owner", "ann"), ("jobName", "n1"), ("timeout", "500000")]);
        await engine.UntilRunningAsync(1, statement: 2);

        var listed = (await engine.GetAsync("/runningjobs")).EnumerateObject().Single();

        var job = listed.Value;
        Assert.Equal(listed.Name, job.GetProperty("groupId").GetString());
        Assert.Equal("ann", job.GetProperty("owner").GetString());
        Assert.Equal("n1", job.GetProperty("jobName").GetString());
        Assert.Equal("script", job.GetProperty("jobType").GetString());
        Assert.Equal($"select 1; {Slow};", job.GetProperty("jobContent").GetString());
        Assert.Equal(500_000, job.GetProperty("timeout").GetInt64());
        Assert.InRange(job.GetProperty("startTime").GetInt64(), 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal(2, job.GetProperty("progress").GetProperty("totalJob").GetInt32());
        Assert.Equal(Slow, job.GetProperty("progress").GetProperty("script").GetString());

        await engine.PostAsync("/killjob", ("groupId", listed.Name));
        await (await response).ShouldBeProblemAsync(HttpStatusCode.Conflict, "job_cancelled");
    }

    [Fact]
    public async Task KillJob_NothingMatches_AnswersEmptyAndKillsNothing()
    {
        await using var engine = await TestEngine.StartAsync();
        var response = engine.RunAsync(Slow);
        await engine.UntilRunningAsync(1);

        await engine.PostAsync("/killjob", ("groupId", "nope"));
        await engine.PostAsync("/killjob", ("jobName", "nope"));
        await engine.PostAsync("/killjob", ("jobName", ""));
        await engine.PostAsync("/killjob");

        Assert.Equal(1, await engine.TotalTasksAsync());
        await engine.PostAsync("/killjob", ("groupId", (await engine.RunningJobsAsync())[0].GetProperty("groupId").GetString()!));
        await response;
    }

    [Theory]
    [InlineData(Slow)]
    [InlineData(Endless)]
    public async Task Post_CallerGoes_CancelsTheJob(string sql)
    {
        await using var engine = await TestEngine.StartAsync();
        using var caller = new CancellationTokenSource();
        var response = engine.RunAsync(sql, cancellation: caller.Token);
        await engine.UntilRunningAsync(1);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response);
        await engine.UntilIdleAsync();
    }

    [Theory]
    [InlineData(Slow)]
    [InlineData(Endless)]
    public async Task Post_TimeoutPasses_CancelsTheJob(string sql)
    {
        await using var engine = await TestEngine.StartAsync();

        using var response = await engine.RunAsync(sql, [("timeout", "50")]);

        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "job_timeout");
        Assert.Equal(0, await engine.TotalTasksAsync());
    }

    [Fact]
    public async Task Post_MoreJobsThanAllowed_AreRefusedUntilOneEnds()
    {
        await using var engine = await TestEngine.StartAsync(new EngineOptions { MaxJobs = 2 });
        var jobs = new[] { engine.RunAsync(Slow, [("jobName", "j")]), engine.RunAsync(Slow, [("jobName", "j")]) };
        await engine.UntilRunningAsync(2);

        using var refused = await engine.RunAsync("select 1");

        await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "too_many_jobs");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        await engine.PostAsync("/killjob", ("jobName", "j"));
        await Task.WhenAll(jobs);
        Assert.Equal("""[{"a":1}]""", await engine.AnswerAsync("select 1 as a"));
    }
}
