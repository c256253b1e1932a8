using System.Net;
using ControlPlane.SqlEngine.Tests.Process;
using ControlPlane.TestKit;
using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Postgres;

/// <summary>The real executable on schemas of its own version and of others.</summary>
public sealed class SchemaTests(Shop shop) : IClassFixture<Shop>
{
    [PostgresFact]
    public async Task Start_SchemaOfAnotherVersion_IsRefusedInOneLine()
    {
        var options = await shop.OpenAsync();
        await MigrateAsync(options, 1);

        using var newer = Start(options, "--schema-version", "2");
        var (code, errors) = await newer.EndAsync();
        await MigrateAsync(options, 2);
        using var older = Start(options, "--schema-version", "1");
        var (olderCode, olderErrors) = await older.EndAsync();

        Assert.Equal((1, 1), (code, olderCode));
        Assert.Equal($"sql-engine: the database {options.Postgres} has schema version 1, and this engine needs 2; start one engine with --migrate first\n", errors);
        Assert.Equal($"sql-engine: the database {options.Postgres} has schema version 2, and this engine is of version 1; it cannot run on a newer schema\n", olderErrors);
    }

    [PostgresFact]
    public async Task Migrate_StepByStep_KeepsRowsAndAddsWhatIsNew()
    {
        var options = await shop.OpenAsync();
        await MigrateAsync(options, 1);
        await SqlAsync(options, "insert into events (id, body) values ('a', 'first')");

        await MigrateAsync(options, 2);
        await MigrateAsync(options, 2);

        Assert.Equal("a|first|unknown", await SqlAsync(options, "select id, body, source from events"));
        Assert.Equal("2", await SqlAsync(options, "select version from engine_schema"));
        Assert.Equal("1", await SqlAsync(options, "select count(*) from pg_indexes where indexname = 'events_by_source'"));
    }

    [PostgresFact]
    public async Task Migrate_BackToAnOlderVersion_EndsWithAReason()
    {
        var options = await shop.OpenAsync();
        await MigrateAsync(options, 2);

        using var engine = Start(options, "--schema-version", "1", "--migrate");
        var (code, _) = await engine.EndAsync();

        Assert.Equal(1, code);
        Assert.Contains(engine.Lines, line => line.EndsWith("could not change the schema: the database has schema version 2, and there is no way back to 1", StringComparison.Ordinal));
        Assert.Equal("2", await SqlAsync(options, "select version from engine_schema"));
    }

    [PostgresFact]
    public async Task Migrate_WhileItRuns_TheEngineLivesAndTakesNoWork()
    {
        var options = await shop.OpenAsync();
        await using var engine = await TestEngine.StartAsync(options with { SchemaVersion = 1, Migrates = true, MigrationTime = TimeSpan.FromMinutes(10) });
        await SleepsAsync(options);

        using var refused = await engine.RunAsync("select 1");
        using var ready = await engine.Client.GetAsync("/health/readiness");
        using var live = await engine.Client.GetAsync("/health/liveness");
        var info = await engine.GetAsync("/instance/info");
        await shop.Server.SqlAsync($"select pg_cancel_backend(pid) from pg_stat_activity where datname = '{options.Postgres!.Database}' and wait_event = 'PgSleep'");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (refused.StatusCode, ready.StatusCode, live.StatusCode));
        Assert.Contains("\"code\":\"migrating\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(("migrating", "postgresql", 1), (info.GetProperty("state").GetString(), info.GetProperty("databaseKind").GetString(), info.GetProperty("schemaVersion").GetInt32()));
    }

    [PostgresFact]
    public async Task Migrate_KilledOnTheWay_LeavesTheSchemaAsItWas()
    {
        var options = await shop.OpenAsync();
        await MigrateAsync(options, 1);

        using (var engine = await ServeAsync(options, "--schema-version", "2", "--migrate", "--migration-seconds", "600"))
        {
            await SleepsAsync(options);
            await engine.SignalAsync("KILL");
            await engine.EndAsync();
        }

        await shop.EndSessionsAsync(options.Postgres!.User);
        Assert.Equal("1", await SqlAsync(options, "select version from engine_schema"));
        await MigrateAsync(options, 2);
        Assert.Equal("2", await SqlAsync(options, "select version from engine_schema"));
    }

    [PostgresFact]
    public async Task Start_WrongPassword_EndsWithOneLineThatHoldsNoPassword()
    {
        var options = await shop.OpenAsync();

        using var engine = Start(options with { Postgres = options.Postgres! with { Password = "wr0ng" } });
        var (code, errors) = await engine.EndAsync();

        Assert.Equal(1, code);
        Assert.StartsWith($"sql-engine: cannot use the database {options.Postgres}: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    private static async Task MigrateAsync(EngineOptions options, int version)
    {
        using var engine = await ServeAsync(options, "--schema-version", $"{version}", "--migrate");
        using var client = new HttpClient { BaseAddress = engine.Url };
        await Eventually.TrueAsync(async () => (await client.GetAsync("/health/readiness")).IsSuccessStatusCode, $"an engine that serves version {version}");
        await engine.SignalAsync("TERM");
        Assert.Equal(0, (await engine.EndAsync()).ExitCode);
    }

    private static EngineProcess Start(EngineOptions options, params string[] arguments) =>
        EngineProcess.Start(Environment(options), ["--port", "0", .. Flags(options), .. arguments]);

    private static Task<EngineProcess> ServeAsync(EngineOptions options, params string[] arguments) =>
        EngineProcess.ServeAsync(Environment(options), [.. Flags(options), .. arguments]);

    private static string[] Flags(EngineOptions options) =>
        ["--postgres-host", options.Postgres!.Host, "--postgres-port", $"{options.Postgres.Port}", "--postgres-database", options.Postgres.Database, "--postgres-user", options.Postgres.User];

    private static Dictionary<string, string> Environment(EngineOptions options) => new() { ["SQL_ENGINE_PASSWORD"] = options.Postgres!.Password! };

    private Task<string> SqlAsync(EngineOptions options, string sql) => shop.Server.SqlAsync(sql, options.Postgres!.Database);

    private Task SleepsAsync(EngineOptions options) => Eventually.TrueAsync(
        async () => await SqlAsync(options, "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'") == "1",
        "a migration that runs");
}
