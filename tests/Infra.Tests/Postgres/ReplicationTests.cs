using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;

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
