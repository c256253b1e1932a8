using System.Net;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Endpoints;

public sealed class SharedDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sql-engine-shared-").FullName;

    private EngineOptions Shared => new() { DatabaseFile = Path.Combine(_folder, "shared.db") };

    [Fact]
    public async Task Post_TwoInstancesOfOneFile_SeeEachOthersWrites()
    {
        await using var one = await TestEngine.StartAsync(Shared);
        await using var two = await TestEngine.StartAsync(Shared);
        await one.AnswerAsync("create table t(a)");

        await Task.WhenAll(Enumerable.Range(0, 40).Select(
            index => (index % 2 == 0 ? one : two).AnswerAsync($"insert into t values ({index})")));

        Assert.Equal("""[{"n":40}]""", await two.AnswerAsync("select count(distinct a) as n from t"));
        Assert.Equal("""[{"journal_mode":"wal"}]""", await two.AnswerAsync("select * from pragma_journal_mode"));
    }

    [Fact]
    public async Task Post_WaitsForALock_IsCancelledPromptly()
    {
        await using var one = await TestEngine.StartAsync(Shared);
        await using var two = await TestEngine.StartAsync(Shared);
        await one.AnswerAsync("create table t(a)");
        var holder = one.RunAsync("begin immediate; select sleep(600000)", [("jobName", "j")]);
        await one.UntilRunningAsync(1, statement: 2);

        var start = TimeProvider.System.GetTimestamp();

        using var waiter = await two.RunAsync("insert into t values (1)", [("timeout", "100")]);

        // The wait for a lock ends by itself only after five seconds.
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 4);
        await waiter.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "job_timeout");
        await one.PostAsync("/killjob", ("jobName", "j"));
        await holder;
        await two.AnswerAsync("insert into t values (1)");
    }

    [Fact]
    public async Task Post_LockNeverFreed_IsBusyAfterSomeSeconds()
    {
        await using var engine = await TestEngine.StartAsync(Shared);
        await engine.AnswerAsync("create table t(a)");
        var holder = engine.RunAsync("begin immediate; select sleep(600000)", [("jobName", "j")]);
        await engine.UntilRunningAsync(1, statement: 2);

        using var waiter = await engine.RunAsync("insert into t values (1)");

        await waiter.ShouldBeProblemAsync(HttpStatusCode.Conflict, "database_busy");
        await engine.PostAsync("/killjob", ("jobName", "j"));
        await holder;
    }

    [Fact]
    public async Task Post_AnInstanceEnds_TheFileKeepsItsRows()
    {
        await using (var first = await TestEngine.StartAsync(Shared))
            await first.AnswerAsync("create table t(a); insert into t values (1)");

        await using var second = await TestEngine.StartAsync(Shared);

        Assert.Equal("""[{"a":1}]""", await second.AnswerAsync("select * from t"));
        Assert.Equal(Shared.DatabaseFile, (await second.GetAsync("/instance/info")).GetProperty("database").GetString());
    }

    [Fact]
    public async Task Post_DatabaseIsGone_IsUnavailable()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "gone"));
        await using var engine = await TestEngine.StartAsync(new EngineOptions { DatabaseFile = Path.Combine(folder.FullName, "x.db") });
        folder.Delete(recursive: true);

        using var response = await engine.RunAsync("select 1");

        await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "database_unavailable");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
