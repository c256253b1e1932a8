using SqlEngine.Data;
using SqlEngine.Sqlite;

namespace ControlPlane.SqlEngine.Tests.Sqlite;

/// <summary>The versions of the tables in a file.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("schema-");

    private string File => Path.Combine(_folder.FullName, "shop.db");

    [Fact]
    public void Migrate_StepByStep_KeepsRowsAndAddsWhatIsNew()
    {
        var schema = new Schema(File);

        schema.Migrate(1, TimeSpan.Zero, CancellationToken.None);
        Execute("insert into events (id, body) values ('a', 'first')");
        schema.Migrate(2, TimeSpan.Zero, CancellationToken.None);
        schema.Migrate(2, TimeSpan.FromDays(1), CancellationToken.None);

        schema.Check(2);
        Assert.Equal(1, Number("select count(*) from events where id = 'a' and source = 'unknown'"));
        Assert.Equal(1, Number("select count(*) from sqlite_master where name = 'events_by_source'"));
    }

    [Fact]
    public void Check_AnotherVersion_SaysWhichAndWhatToDo()
    {
        var schema = new Schema(File);

        var empty = Assert.Throws<SchemaMismatchException>(() => schema.Check(1));
        schema.Migrate(2, TimeSpan.Zero, CancellationToken.None);
        var newer = Assert.Throws<SchemaMismatchException>(() => schema.Check(1));
        var back = Assert.Throws<SchemaMismatchException>(() => schema.Migrate(1, TimeSpan.Zero, CancellationToken.None));

        Assert.Equal("has schema version 0, and this engine needs 1; start one engine with --migrate first", empty.Message);
        Assert.Equal("has schema version 2, and this engine is of version 1; it cannot run on a newer schema", newer.Message);
        Assert.Equal("has schema version 2, and there is no way back to 1", back.Message);
    }

    [Fact]
    public async Task Migrate_GivenUpOnTheWay_LeavesTheSchemaAsItWas()
    {
        var schema = new Schema(File);
        schema.Migrate(1, TimeSpan.Zero, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var migrating = Task.Run(() => schema.Migrate(2, TimeSpan.FromHours(1), stop.Token));
        await Eventually.TrueAsync(() => Task.FromResult(IsLocked()), "a migration that runs");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => migrating);
        schema.Check(1);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private bool IsLocked()
    {
        using var connection = new Connection(File);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        connection.UseFor(impatient.Token);
        try
        {
            connection.Execute("begin immediate");
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private void Execute(string sql)
    {
        using var connection = new Connection(File);
        connection.Execute(sql);
    }

    private long Number(string sql)
    {
        using var connection = new Connection(File);
        using var rows = new Statement(connection, sql);
        Assert.True(rows.Step(), $"no row for {sql}");
        return rows.Number(0);
    }
}
