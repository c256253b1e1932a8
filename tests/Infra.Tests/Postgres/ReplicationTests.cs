using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres;
using ControlPlane.Infra.Postgres.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>Copies that follow.</summary>
[Collection(PostgresLab.Collection)]
public sealed class ReplicationTests(PostgresLab lab)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private IDatabaseReplication Replication => lab.Server.Replication!;

    /// <summary>Written to all the time, then fenced, caught up and compared.</summary>
    [PostgresFact]
    public async Task Follow_UnderWrites_IsEqualAfterFenceAndCatchUp()
    {
        var (use, account) = await AdmittedAsync();
        var (copy, acknowledged) = (use.CopyFor(2), 0);
        var writing = Task.Run(() => Write(use.Name, account, ref acknowledged));
        await Eventually.TrueAsync(() => Volatile.Read(ref acknowledged) > 20, () => "nothing is written");

        await Replication.StartAsync(use.Name, copy, hasData: false, default);
        await Replication.StartAsync(use.Name, copy, hasData: false, default);
        await FilledAsync(use.Name, copy);
        var atFilling = Volatile.Read(ref acknowledged);
        await Eventually.TrueAsync(() => Volatile.Read(ref acknowledged) > atFilling + 20, () => "nothing is written while the copy follows");
        await lab.Server.Fence.ExcludeAsync(use.Name, account.Name, Patience, default);
        await writing;
        await Replication.CatchUpAsync(use.Name, copy, Patience, default);
        await Replication.StopAsync(use.Name, copy, takesCounters: true, default);
        await Replication.StopAsync(use.Name, copy, takesCounters: true, default);

        Assert.Empty((await lab.Server.DescribeAsync(use.Name, new DescribeOrder(2, []), default)).DifferencesTo(await lab.Server.DescribeAsync(copy, new DescribeOrder(2, []), default)));
        Assert.True(long.Parse(lab.Execute(copy, "SELECT count(*) FROM customers WHERE name = 'written'").Scalar!) >= acknowledged);
        Assert.Equal("0", lab.Execute("postgres", "SELECT count(*) FROM pg_replication_slots").Scalar);
        Assert.Equal("0", lab.Execute(use.Name, "SELECT (SELECT count(*) FROM pg_publication) + (SELECT count(*) FROM pg_subscription)").Scalar);
        await lab.Server.Copies.DropAsync(copy, default);
    }

    /// <summary>The way back: the old side follows the new one.</summary>
    [PostgresFact]
    public async Task Follow_CopyThatHasTheData_TakesOnlyWhatComes()
    {
        var (use, _) = await AdmittedAsync();
        var copy = use.CopyFor(2);
        await lab.Server.Copies.CopyAsync(new CopyOrder(use.Name, copy, CopyMethod.Template, 1), new LastProgress(), default);

        await Replication.StartAsync(copy, use.Name, hasData: true, default);
        lab.Execute(copy, "INSERT INTO customers (name) VALUES ('on the new side'); DELETE FROM orders WHERE id < 100; SELECT nextval('orders_id_seq')");
        await Replication.CatchUpAsync(copy, use.Name, Patience, default);
        await Replication.StopAsync(copy, use.Name, takesCounters: true, default);

        Assert.Empty((await lab.Server.DescribeAsync(use.Name, new DescribeOrder(2, []), default)).DifferencesTo(await lab.Server.DescribeAsync(copy, new DescribeOrder(2, []), default)));
        Assert.Equal("1", lab.Execute(use.Name, "SELECT count(*) FROM customers WHERE name = 'on the new side'").Scalar);
    }

    /// <summary>What a migration has added has no place on the old side, and all the rest is taken along.</summary>
    [PostgresFact]
    public async Task Follow_NewSideHasMoreColumnsAndTables_TakesWhatBothHave()
    {
        var (use, _) = await AdmittedAsync();
        var copy = use.CopyFor(2);
        await lab.Server.Copies.CopyAsync(new CopyOrder(use.Name, copy, CopyMethod.Template, 1), new LastProgress(), default);
        lab.Execute(copy, "ALTER TABLE customers ADD COLUMN source text NOT NULL DEFAULT 'unknown'; CREATE TABLE added (id int PRIMARY KEY)");

        await Replication.StartAsync(copy, use.Name, hasData: true, default);
        lab.Execute(copy, "INSERT INTO customers (name, source) VALUES ('on the new side', 'shop'); INSERT INTO added VALUES (1)");
        lab.Execute(copy, "UPDATE customers SET name = 'and changed' WHERE name = 'on the new side'; DELETE FROM orders WHERE id < 100");
        await Replication.CatchUpAsync(copy, use.Name, Patience, default);
        await Replication.StopAsync(copy, use.Name, takesCounters: true, default);

        Assert.Equal("1", lab.Execute(use.Name, "SELECT count(*) FROM customers WHERE name = 'and changed'").Scalar);
        Assert.Equal("0", lab.Execute(use.Name, "SELECT count(*) FROM orders WHERE id < 100").Scalar);
        await lab.Server.Copies.DropAsync(copy, default);
    }

    /// <summary>The old side could not say which row is meant, and the new one would refuse every change.</summary>
    [PostgresFact]
    public async Task Follow_NewSideHasAnotherKey_IsRefused()
    {
        var (use, _) = await AdmittedAsync();
        var copy = use.CopyFor(2);
        await lab.Server.Copies.CopyAsync(new CopyOrder(use.Name, copy, CopyMethod.Template, 1), new LastProgress(), default);
        lab.Execute(copy, "CREATE TABLE keyed (id int PRIMARY KEY)");
        lab.Execute(use.Name, "CREATE TABLE keyed (name text PRIMARY KEY)");

        var refused = await Assert.ThrowsAsync<DatabaseFailedException>(() => Replication.StartAsync(copy, use.Name, hasData: true, default));

        Assert.Contains("public.keyed", refused.Message, StringComparison.Ordinal);
        await Replication.StopAsync(copy, use.Name, takesCounters: false, default);
        await lab.Server.Copies.DropAsync(copy, default);
    }

    [PostgresFact]
    public async Task Read_ConflictOnTheCopy_SaysThatItStandsStill()
    {
        var (use, _) = await AdmittedAsync();
        var copy = use.CopyFor(2);
        await Replication.StartAsync(use.Name, copy, hasData: false, default);
        await FilledAsync(use.Name, copy);

        lab.Execute(copy, "INSERT INTO customers (id, name) VALUES (5000, 'in the way')");
        lab.Execute(use.Name, "INSERT INTO customers (id, name) VALUES (5000, 'comes later')");
        await Eventually.TrueAsync(async () => (await Replication.ReadAsync(use.Name, copy, default)).Failure is not null, "the failure to be told");

        await Assert.ThrowsAsync<DatabaseFailedException>(() => Replication.CatchUpAsync(use.Name, copy, Patience, default));
        await Replication.StopAsync(use.Name, copy, takesCounters: true, default);
        await lab.Server.Copies.DropAsync(copy, default);
    }

    /// <summary>The server has thrown away what the copy needs: it says so, and is filled anew when it is wanted again.</summary>
    [PostgresFact]
    public async Task Read_LogWasRemoved_SaysSoAndStartBeginsAnew()
    {
        var (use, _) = await AdmittedAsync();
        var copy = use.CopyFor(2);
        await Replication.StartAsync(use.Name, copy, hasData: false, default);
        await FilledAsync(use.Name, copy);
        var link = await DisableAsync(copy);
        await WithKeepSizeAsync("1MB", async () =>
        {
            for (var segment = 0; segment < 4; segment++)
                lab.Execute(use.Name, "INSERT INTO customers (name) VALUES ('unsent'); SELECT pg_switch_wal()");
            lab.Execute(use.Name, "CHECKPOINT");

            var state = await Replication.ReadAsync(use.Name, copy, default);

            Assert.Contains("max_slot_wal_keep_size", state.Failure, StringComparison.Ordinal);
            lab.Execute(copy, $"ALTER SUBSCRIPTION {link} ENABLE");
            Assert.Contains("max_slot_wal_keep_size", (await Replication.ReadAsync(use.Name, copy, default)).Failure, StringComparison.Ordinal);
        });
        await Assert.ThrowsAsync<DatabaseFailedException>(() => Replication.CatchUpAsync(use.Name, copy, Patience, default));

        await Replication.StartAsync(use.Name, copy, hasData: false, default);
        await FilledAsync(use.Name, copy);

        await Replication.StopAsync(use.Name, copy, takesCounters: true, default);
        Assert.Equal("4", lab.Execute(copy, "SELECT count(*) FROM customers WHERE name = 'unsent'").Scalar);
        await lab.Server.Copies.DropAsync(copy, default);
    }

    /// <summary>Writes are held then, and somebody else's long transaction is no reason to hold them for as long.</summary>
    [PostgresFact]
    public async Task Follow_AnotherTransactionHasWritten_IsRefusedInTimeAndLeavesNothing()
    {
        var ((use, _), other) = (await AdmittedAsync(), lab.CreateDatabase());
        var copy = use.CopyFor(2);
        await lab.Server.Copies.CopyAsync(new CopyOrder(use.Name, copy, CopyMethod.Template, 1), new LastProgress(), default);
        var server = new PostgresServer(lab.Options with { FollowLimit = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        using var writing = lab.Open(other.Name, new(other.Owner, "own"));
        writing.Execute("BEGIN; INSERT INTO customers (name) VALUES ('not yet')");

        var refused = await Assert.ThrowsAsync<DatabaseFailedException>(() => server.Replication!.StartAsync(copy, use.Name, hasData: true, default));
        await server.Replication!.StopAsync(copy, use.Name, takesCounters: false, default);

        Assert.Contains("did not end in time", refused.Message, StringComparison.Ordinal);
        Assert.Equal("0", lab.Execute("postgres", "SELECT count(*) FROM pg_replication_slots").Scalar);
        Assert.Equal("0", lab.Execute(copy, "SELECT count(*) FROM pg_publication").Scalar);
        await lab.Server.Copies.DropAsync(copy, default);
    }

    /// <summary>A process that was frozen on the way must not go on beside the one that has its lease now: what it removes would be the other's.</summary>
    [PostgresFact]
    public async Task Start_AnotherIsInTheMiddle_EndsItAndFollowsFromThenOn()
    {
        var (use, _) = await AdmittedAsync();
        var copy = use.CopyFor(2);
        await lab.Server.Copies.CopyAsync(new CopyOrder(use.Name, copy, CopyMethod.Template, 1), new LastProgress(), default);
        await Replication.StartAsync(copy, use.Name, hasData: true, default);
        var link = await DisableAsync(use.Name);
        lab.Execute("postgres", $"SELECT pg_drop_replication_slot('{link}')");
        using var obstacle = lab.Open(use.Name, PostgresLab.Admin);
        obstacle.Execute($"BEGIN; ALTER SUBSCRIPTION {link} DISABLE");
        var frozen = Replication.StartAsync(copy, use.Name, hasData: true, default);
        await Eventually.TrueAsync(() => Stuck() == "1", () => "nobody waits for the subscription");

        var later = Replication.StartAsync(copy, use.Name, hasData: true, default);
        var ended = await Assert.ThrowsAsync<DatabaseFailedException>(() => frozen.WaitAsync(Patience));
        obstacle.Execute("ROLLBACK");
        await later.WaitAsync(Patience);

        Assert.True(ended.IsPassing);
        lab.Execute(copy, "INSERT INTO customers (name) VALUES ('on the new side')");
        await Replication.CatchUpAsync(copy, use.Name, Patience, default);
        await Replication.StopAsync(copy, use.Name, takesCounters: true, default);
        Assert.Equal("1", lab.Execute(use.Name, "SELECT count(*) FROM customers WHERE name = 'on the new side'").Scalar);
        await lab.Server.Copies.DropAsync(copy, default);

        string? Stuck() => lab.Execute("postgres", "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'ALTER SUBSCRIPTION%' AND wait_event_type = 'Lock'").Scalar;
    }

    /// <summary>What the processes of a copy have written is counted once it no longer follows.</summary>
    [PostgresFact]
    public async Task Stop_CopyHasTakenWrites_AreAllCounted()
    {
        var (use, _) = await AdmittedAsync();
        var copy = use.CopyFor(2);
        await Replication.StartAsync(use.Name, copy, hasData: false, default);
        await FilledAsync(use.Name, copy);
        lab.Execute(use.Name, "INSERT INTO customers (name) SELECT 'late' FROM generate_series(1, 1000)");
        await Replication.CatchUpAsync(use.Name, copy, Patience, default);

        await Replication.StopAsync(use.Name, copy, takesCounters: true, default);

        Assert.Equal(1100, (await lab.Server.CountWritesAsync(copy, default))!.Tables["public.customers"].Rows);
        await lab.Server.Copies.DropAsync(copy, default);
    }

    [PostgresFact]
    public async Task FindObstacleOrRisk_HowLongTheServerKeepsItsLog_IsNamed()
    {
        var (use, _) = await AdmittedAsync();
        var copy = use.CopyFor(2);
        Assert.Contains("max_slot_wal_keep_size is -1", await Replication.FindRiskAsync(use.Name, default));

        await WithKeepSizeAsync("3MB", async () =>
        {
            Assert.Contains("max_slot_wal_keep_size is 3MB and the database has", await Replication.FindObstacleAsync(use.Name, default));
            await Assert.ThrowsAsync<DatabaseFailedException>(() => Replication.StartAsync(use.Name, copy, hasData: false, default));
        });
        await WithKeepSizeAsync("3GB", async () =>
        {
            Assert.Null(await Replication.FindObstacleAsync(use.Name, default));
            Assert.Null(await Replication.FindRiskAsync(use.Name, default));
        });
    }

    /// <summary>A copy takes two of each while it is filled.</summary>
    [PostgresFact]
    public async Task FindObstacle_TooFewOfWhatItTakes_AreNamed()
    {
        if (TestKit.Postgres.Missing is not null)
            return;
        await using var small = await TestKit.Postgres.StartAsync(
            "wal_level=logical", "max_replication_slots=1", "max_wal_senders=1", "max_logical_replication_workers=1", "max_worker_processes=2", "max_sync_workers_per_subscription=0");
        var options = new PostgresOptions { Name = "small", Host = TestKit.Postgres.Host, Port = small.Port, AdminPassword = TestKit.Postgres.Password };

        var obstacle = await new PostgresServer(options, TimeProvider.System).Replication!.FindObstacleAsync("postgres", default);

        string[] settings = ["max_replication_slots", "max_wal_senders", "max_logical_replication_workers", "max_worker_processes", "max_sync_workers_per_subscription"];
        Assert.All(settings, setting => Assert.Contains(setting, obstacle, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task FindObstacle_NoKeyUnloggedOrLargeObject_IsNamed()
    {
        var (use, _) = await AdmittedAsync();
        Assert.Null(await Replication.FindObstacleAsync(use.Name, default));

        lab.Execute(use.Name, "CREATE TABLE keyless (a int); CREATE TABLE full_row (a int); ALTER TABLE full_row REPLICA IDENTITY FULL; CREATE UNLOGGED TABLE fleeting (a int PRIMARY KEY); SELECT lo_create(0)");
        var obstacle = await Replication.FindObstacleAsync(use.Name, default);

        Assert.Contains("no primary key: public.keyless;", obstacle);
        Assert.Contains("public.fleeting", obstacle);
        Assert.Contains("1 large objects", obstacle);
        await Assert.ThrowsAsync<DatabaseFailedException>(() => Replication.StartAsync(use.Name, use.CopyFor(2), hasData: false, default));
    }

    private async Task WithKeepSizeAsync(string size, Func<Task> test)
    {
        await SetAsync($"ALTER SYSTEM SET max_slot_wal_keep_size = '{size}'", size);
        try
        {
            await test();
        }
        finally
        {
            await SetAsync("ALTER SYSTEM RESET max_slot_wal_keep_size", "-1");
        }

        async Task SetAsync(string statement, string expected)
        {
            lab.Execute("postgres", statement);
            lab.Execute("postgres", "SELECT pg_reload_conf()");
            await Eventually.TrueAsync(() => lab.Execute("postgres", "SHOW max_slot_wal_keep_size").Scalar == expected, () => "the server does not take the setting");
        }
    }

    /// <summary>Disables a copy's subscription and waits until its slot is left alone.</summary>
    private async Task<string> DisableAsync(string copy)
    {
        var link = lab.Execute(copy, "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid AND d.datname = current_database()").Scalar!;
        lab.Execute(copy, $"ALTER SUBSCRIPTION {link} DISABLE");
        await Eventually.TrueAsync(() => lab.Execute("postgres", $"SELECT active FROM pg_replication_slots WHERE slot_name = '{link}'").Scalar == "f", () => "the slot is still in use");
        return link;
    }

    private Task FilledAsync(string from, string to) => Eventually.TrueAsync(
        async () => await Replication.ReadAsync(from, to, default) is var state && state.Failure is null ? state.IsFilled : throw new InvalidOperationException(state.Failure), "the copy to be filled");

    private void Write(string database, DatabaseAccount account, ref int acknowledged)
    {
        try
        {
            using var session = lab.Open(database, account);
            while (true)
            {
                session.Execute("INSERT INTO customers (name) VALUES ('written')");
                Interlocked.Increment(ref acknowledged);
            }
        }
        catch (PgFailure)
        {
            // The fence has ended it.
        }
    }

    private async Task<(DatabaseUse Use, DatabaseAccount Account)> AdmittedAsync()
    {
        var use = lab.CreateDatabase();
        var account = new DatabaseAccount(use.AccountOf(1), "p");
        await lab.Server.Fence.AdmitAsync(use.Name, use.Owner, account, default);
        return (use, account);
    }
}
