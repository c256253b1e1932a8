using ControlPlane.TestKit;
using SqlEngine.Jobs;
using SqlEngine.Options;
using SqlEngine.Sessions;
using SqlEngine.Sqlite;

namespace ControlPlane.SqlEngine.Tests.Sessions;

public sealed class SessionPoolTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Database _database = new(null);
    private readonly SessionPool _pool;

    public SessionPoolTests() =>
        _pool = new SessionPool(new EngineOptions { MaxSessions = 2, SessionIdle = TimeSpan.FromMinutes(10) }, _database, _time);

    [Fact]
    public async Task AcquireAsync_UnusedForTooLong_ForgetsTheSession()
    {
        await UseAsync("ann", "create temp table t as select 1");

        _time.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(0, _pool.Count);
        await Assert.ThrowsAsync<SqliteFailure>(() => UseAsync("ann", "select * from temp.t"));
    }

    [Fact]
    public async Task AcquireAsync_SessionInUse_NeverExpires()
    {
        using var lease = await AcquireAsync("ann");

        _time.Advance(TimeSpan.FromHours(10));

        Assert.Equal(1, _pool.Count);
    }

    [Fact]
    public async Task AcquireAsync_FullPool_GivesUpTheSessionUnusedForLongest()
    {
        await UseAsync("ann", "create temp table t as select 1");
        _time.Advance(TimeSpan.FromSeconds(1));
        await UseAsync("bob", "create temp table t as select 1");

        await UseAsync("cid", "select 1");

        Assert.Equal(2, _pool.Count);
        await UseAsync("bob", "select * from temp.t");
    }

    [Fact]
    public async Task AcquireAsync_EverySessionInUse_GivesNone()
    {
        using var first = await AcquireAsync("ann");
        using var second = await AcquireAsync("bob");

        Assert.Null(await AcquireAsync("cid"));
    }

    [Fact]
    public async Task AcquireAsync_SameOwner_WaitsForItsTurn()
    {
        var first = await AcquireAsync("ann");
        var second = AcquireAsync("ann");
        Assert.False(second.IsCompleted);

        first!.Dispose();

        using var lease = await second.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.NotNull(lease);
    }

    [Fact]
    public async Task AcquireAsync_CancelledWhileWaiting_LeavesTheSessionUsable()
    {
        using var cancellation = new CancellationTokenSource();
        var first = await AcquireAsync("ann");
        var second = AcquireAsync("ann", cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first!.Dispose();
        await UseAsync("ann", "select 1");
    }

    [Fact]
    public async Task Dispose_OpenTransaction_IsRolledBack()
    {
        await UseAsync("ann", "create table t(a)");
        await UseAsync("ann", "begin", "insert into t values (1)");

        await UseAsync("ann", "begin", "drop table t", "rollback");
    }

    public void Dispose()
    {
        _pool.Dispose();
        _database.Dispose();
    }

    private Task<SessionLease?> AcquireAsync(string owner, CancellationToken cancellation = default) =>
        _pool.AcquireAsync(new JobRequest { Sql = "", Owner = owner, UsesOwnerSession = true }, cancellation);

    private async Task UseAsync(string owner, params string[] statements)
    {
        using var lease = await AcquireAsync(owner);
        var connection = lease!.Open(onlyReads: false, CancellationToken.None);
        foreach (var statement in statements)
            connection.Execute(statement);
    }
}
