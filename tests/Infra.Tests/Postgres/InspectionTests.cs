using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>What is looked at before an upgrade.</summary>
[Collection(PostgresLab.Collection)]
public sealed class InspectionTests(PostgresLab lab)
{
    [PostgresFact]
    public async Task Inspect_AdmittedDatabase_HasNoObstacle()
    {
        var use = lab.CreateDatabase();
        await lab.Server.Fence.AdmitAsync(use.Name, use.Owner, new(use.AccountOf(1), "p"), default);

        var inspection = await lab.Server.InspectAsync(use.Name, default);

        Assert.Empty(inspection.Obstacles);
        Assert.StartsWith("1", inspection.Version, StringComparison.Ordinal);
        Assert.True(inspection.Bytes > 1_000_000);
    }

    [PostgresFact]
    public async Task Inspect_OwnLoginPreparedTransactionAndSuperuser_AreNamedWithWhatToDo()
    {
        var use = lab.CreateDatabase();
        using (var own = lab.Open(use.Name, new(use.Owner, "own")))
            own.Execute("BEGIN; DELETE FROM orders; PREPARE TRANSACTION 'hang'");
        using var admin = lab.Open(use.Name, new("postgres", lab.Options.AdminPassword!));

        var obstacles = (await lab.Server.InspectAsync(use.Name, default)).Obstacles;
        lab.Execute(use.Name, "ROLLBACK PREPARED 'hang'");

        Assert.Contains(obstacles, one => one.Contains("'hang'", StringComparison.Ordinal) && one.Contains("roll it back", StringComparison.Ordinal));
        Assert.Contains(obstacles, one => one.Contains(use.Owner, StringComparison.Ordinal) && one.Contains("NOLOGIN", StringComparison.Ordinal));
        Assert.Contains(obstacles, one => one.Contains("superuser postgres", StringComparison.Ordinal));
    }

    [PostgresTheory]
    [InlineData(null, "pg_dump cannot be started: install PostgreSQL's client programs of version 15 or newer")]
    [InlineData("14.9", "pg_dump is of version 14.9, and the server of 15")]
    [InlineData("17.2", null)]
    public async Task Inspect_ProgramsOfThisMachineDoNotFit_SaysWhatToInstall(string? version, string? obstacle)
    {
        var (use, programs) = (lab.CreateDatabase(), lab.NewFolder());
        foreach (var program in version is null ? [] : (string[])["pg_dump", "pg_restore"])
        {
            await File.WriteAllTextAsync(Path.Combine(programs, program), $"#!/bin/sh\necho '{program} (PostgreSQL) {version} (Debian {version}-1)'\n");
            File.SetUnixFileMode(Path.Combine(programs, program), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var server = new PostgresServer(lab.Options with { ProgramFolder = programs }, TimeProvider.System);
        var found = (await server.InspectAsync(use.Name, default)).Obstacles.Where(one => one.Contains("pg_dump", StringComparison.Ordinal)).ToList();

        Assert.Equal(obstacle is null ? 0 : 1, found.Count);
        Assert.StartsWith(obstacle ?? "", found.FirstOrDefault() ?? "", StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Inspect_NoSuchDatabase_FailsWithTheServersCode()
    {
        var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => lab.Server.InspectAsync("nowhere", default));

        Assert.Equal(("3D000", false), (failure.Code, failure.IsPassing));
    }

    [PostgresFact]
    public async Task Inspect_ServerIsNotThere_FailsForTheMoment()
    {
        var gone = new PostgresServer(lab.Options with { Port = 1 }, TimeProvider.System);

        Assert.True((await Assert.ThrowsAsync<DatabaseFailedException>(() => gone.InspectAsync("any", default))).IsPassing);
    }

    [PostgresFact]
    public async Task CountWrites_RowsInsertedChangedAndDeleted_AreCounted()
    {
        var use = lab.CreateDatabase();
        await Eventually.TrueAsync(async () => (await lab.Server.CountWritesAsync(use.Name, default))!.Rows == 500, "the count of what the database began with");

        lab.Execute(use.Name, "INSERT INTO customers (name) VALUES ('a'), ('b'); UPDATE customers SET name = 'c' WHERE name = 'a'; DELETE FROM customers WHERE name = 'b'");

        await Eventually.TrueAsync(async () => (await lab.Server.CountWritesAsync(use.Name, default))!.Rows == 504, "the count of four more");
    }
}
