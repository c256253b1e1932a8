using System.Diagnostics;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.Postgres.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>Copies of databases.</summary>
[Collection(PostgresLab.Collection)]
public sealed class CopyTests(PostgresLab lab)
{
    private readonly LastProgress _progress = new();

    private IDatabaseCopies Copies => lab.Server.Copies;

    [PostgresFact]
    public Task Copy_Template_IsEqual() => CopyIsEqualAsync(CopyMethod.Template, "");

    [PostgresFact]
    public Task Copy_Dump_IsEqual() => CopyIsEqualAsync(CopyMethod.Dump, "");

    /// <summary>Large objects only a real dump takes along.</summary>
    [PostgresFact]
    public Task Copy_DumpWithLargeObjects_IsEqual() => CopyIsEqualAsync(CopyMethod.Dump, "SELECT lo_from_bytea(0, 'large')");

    /// <summary>Partitions, inheritance, an identity column, domains, composites, a table without rows, and one without columns that is not copied row by row.</summary>
    [PostgresFact]
    public Task Copy_DumpOfUnusualTables_IsEqual() => CopyIsEqualAsync(CopyMethod.Dump, Unusual);

    [PostgresFact]
    public Task Copy_DumpOfTableWithoutColumns_IsEqual() => CopyIsEqualAsync(CopyMethod.Dump, "CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES; INSERT INTO bare DEFAULT VALUES");

    [PostgresFact]
    public async Task Copy_SettingsAndGrantsOfTheDatabase_GoAlong()
    {
        var use = lab.CreateDatabase();
        lab.Execute("postgres", $"""
            CREATE ROLE "{use.Name}_eye" LOGIN; CREATE ROLE "{use.AccountOf(1)}" LOGIN;
            ALTER DATABASE "{use.Name}" SET search_path = "a b", public; ALTER DATABASE "{use.Name}" SET my.own = 'it''s';
            ALTER ROLE "{use.Name}_eye" IN DATABASE "{use.Name}" SET work_mem = '5MB';
            GRANT CONNECT ON DATABASE "{use.Name}" TO "{use.Name}_eye", "{use.AccountOf(1)}"
            """);

        await Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Template, 1), _progress, default);

        Assert.Equal(
            "{\"search_path=\\\"a b\\\", public\",my.own=it's}",
            lab.Execute("postgres", $"SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = '{use.CopyFor(2)}' AND setrole = 0").Scalar);
        Assert.Equal("t", Allowed($"{use.Name}_eye"));
        Assert.Equal("f", Allowed(use.AccountOf(1)));
        Assert.Equal("f", Allowed(use.Owner));

        string? Allowed(string role) => lab.Execute("postgres", $"SELECT has_database_privilege('{role}', '{use.CopyFor(2)}', 'CONNECT')").Scalar;
    }

    /// <summary>Of the parts of a table as of the whole; what somebody has locked is left to the server.</summary>
    [PostgresFact]
    public async Task GatherStatistics_OfACopy_AreThereForAllButTheLockedTable()
    {
        var use = lab.CreateDatabase();
        lab.Execute(use.Name, Unusual);
        var copy = use.CopyFor(2);
        await Copies.CopyAsync(new CopyOrder(use.Name, copy, CopyMethod.Dump, 2), _progress, default);
        using var other = lab.Open(copy, new("postgres", lab.Options.AdminPassword!));
        other.Execute("BEGIN; LOCK TABLE customers");
        var before = Gathered();

        await Copies.GatherStatisticsAsync(copy, 2, default);

        Assert.Equal("", before);
        Assert.Equal("Odd \"name,child,counted,orders,parent,parts,parts_1,parts_2", Gathered());

        string Gathered() => lab.Execute(copy, "SELECT coalesce(string_agg(DISTINCT tablename, ',' ORDER BY tablename), '') FROM pg_stats WHERE schemaname = 'public'").Scalar!;
    }

    [PostgresFact]
    public async Task Copy_TemplateInUse_NamesWhoUsesIt()
    {
        var use = lab.CreateDatabase();
        using var reading = lab.Open(use.Name, new(use.Owner, "own"));

        var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Template, 1), _progress, default));

        Assert.Contains(use.Owner, failure.Message);
    }

    /// <summary>A copy that a crash cut off is there under its unfinished name, with sessions of programs that still run.</summary>
    [PostgresFact]
    public async Task Copy_OverWhatACrashLeft_BeginsAnew()
    {
        var use = lab.CreateDatabase();
        lab.Execute("postgres", $"CREATE DATABASE \"{use.CopyFor(2)}~new\"");
        using var leftOver = lab.Open($"{use.CopyFor(2)}~new", new("postgres", lab.Options.AdminPassword!));
        leftOver.Execute("CREATE TABLE customers (half int)");

        await Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Dump, 2), _progress, default);

        Assert.Empty((await DescribeAsync(use.Name)).DifferencesTo(await DescribeAsync(use.CopyFor(2))));
        Assert.True(Assert.Throws<PgFailure>(() => leftOver.Execute("SELECT 1")).IsConnectionLost);
    }

    [PostgresFact]
    public async Task Copy_RestoreKilledMidway_FailsAndTheNextIsWhole()
    {
        var use = lab.CreateDatabase();
        lab.Execute(use.Name, "CREATE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT i FROM pg_catalog.pg_sleep(0.06)'; CREATE INDEX slow ON \"Odd \"\"name\" (slow(id))");
        var copying = Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Dump, 2), _progress, default);
        await Eventually.TrueAsync(
            () => Sessions() != "0" || copying.IsCompleted, () => "pg_restore does not make the slow index");

        KillOwnRestores();
        await Assert.ThrowsAsync<DatabaseFailedException>(() => copying);
        Assert.Equal("0", lab.Execute("postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{use.CopyFor(2)}'").Scalar);
        lab.Execute(use.Name, "DROP INDEX slow");
        await Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Dump, 2), _progress, default);

        Assert.Empty((await DescribeAsync(use.Name)).DifferencesTo(await DescribeAsync(use.CopyFor(2))));

        string? Sessions() => lab.Execute("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{use.CopyFor(2)}~new' AND query LIKE 'CREATE INDEX slow%'").Scalar;
    }

    [PostgresFact]
    public async Task Copy_Cancelled_EndsAtOnceAndLeavesNoCopy()
    {
        var use = lab.CreateDatabase();
        lab.Execute(use.Name, "CREATE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT i FROM pg_catalog.pg_sleep(0.06)'; CREATE INDEX slow ON \"Odd \"\"name\" (slow(id))");
        using var stop = new CancellationTokenSource();
        var copying = Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Dump, 2), _progress, stop.Token);
        await Eventually.TrueAsync(
            () => lab.Execute("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{use.CopyFor(2)}~new' AND query LIKE 'CREATE INDEX slow%'").Scalar != "0" || copying.IsCompleted, () => "no index is made");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying);
        await Eventually.TrueAsync(
            () => lab.Execute("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{use.CopyFor(2)}~new'").Scalar == "0", () => "sessions of the copy stay");
    }

    [PostgresFact]
    public async Task Copy_WhileAnotherProcessMakesIt_IsRefused()
    {
        var use = lab.CreateDatabase();
        using var other = lab.Open("postgres", new("postgres", lab.Options.AdminPassword!));
        other.Query("SELECT pg_advisory_lock(hashtextextended('controlplane makes ' || $1, 0))", use.CopyFor(2));

        var failure = await Assert.ThrowsAsync<DatabaseFailedException>(() => Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), CopyMethod.Template, 1), _progress, default));

        Assert.Contains("another process", failure.Message);
    }

    private const string Unusual = """
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE TYPE pair AS (a int, b text);
        CREATE TABLE parts (id int, day date, p positive, q pair, r int4range, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        CREATE TABLE parts_2 PARTITION OF parts DEFAULT;
        INSERT INTO parts SELECT i, date '2026-01-01' + i, 1 + i, ROW(i, 'x')::pair, int4range(i, i + 5) FROM generate_series(0, 60) i;
        CREATE TABLE parent (id int GENERATED ALWAYS AS IDENTITY, a text);
        CREATE TABLE child (b real) INHERITS (parent);
        INSERT INTO parent (a) VALUES ('p'); INSERT INTO child (id, a, b) OVERRIDING SYSTEM VALUE VALUES (7, 'c', 0.1), (8, NULL, 'NaN');
        CREATE TABLE empty (id int);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'no'; END$$;
        CREATE TRIGGER refuse BEFORE INSERT ON empty FOR EACH ROW EXECUTE FUNCTION refuse();
        COMMENT ON TABLE empty IS 'nothing';
        GRANT SELECT (a) ON parent TO PUBLIC
        """;

    private async Task CopyIsEqualAsync(CopyMethod method, string sql)
    {
        var use = lab.CreateDatabase();
        lab.Execute(use.Name, sql);

        var start = Stopwatch.GetTimestamp();
        await Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), method, 2), _progress, default);
        await Copies.CopyAsync(new CopyOrder(use.Name, use.CopyFor(2), method, 2), _progress, default);

        var (one, other) = (await DescribeAsync(use.Name), await DescribeAsync(use.CopyFor(2)));
        Assert.Empty(one.DifferencesTo(other));
        Assert.True(one.Rows >= 500 && one.Sequences.Count >= 2, $"{one.Rows} rows after {Stopwatch.GetElapsedTime(start)}");
        Assert.Equal("300", lab.Execute(use.CopyFor(2), "SELECT count FROM counted").Scalar);
        Assert.Equal(_progress.Last!.Total, _progress.Last.Done);
    }

    private Task<DatabaseManifest> DescribeAsync(string database) => lab.Server.DescribeAsync(database, new DescribeOrder(2, []), default);

    /// <summary>Only those that this process has started.</summary>
    private static void KillOwnRestores()
    {
        foreach (var process in Process.GetProcessesByName("pg_restore"))
        {
            if (File.ReadAllLines($"/proc/{process.Id}/status").Contains($"PPid:\t{Environment.ProcessId}"))
                process.Kill();
        }
    }
}
