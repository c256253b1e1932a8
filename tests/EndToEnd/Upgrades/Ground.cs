using System.Globalization;
using ControlPlane.EndToEnd.Machine;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>One PostgreSQL and one control plane that knows it, for all tests of upgrades: each has a group and a database of its own.</summary>
public sealed class Ground : IAsyncLifetime, IGround
{
    /// <summary>The role that owns the tables of every shop.</summary>
    internal const string Owner = "shop_owner";

    /// <summary>The sample engine on PostgreSQL.</summary>
    internal const string Profile = "shop";

    /// <summary>As <see cref="Profile"/>, but a change of the schema takes four seconds.</summary>
    internal const string SlowMigration = "shop-slow";

    /// <summary>As <see cref="Profile"/>, but all versions have one schema, so that engines of a new one start beside the old ones.</summary>
    internal const string OneSchema = "shop-one-schema";

    private static readonly string[] Settings =
    [
        "wal_level=logical", "max_replication_slots=20", "max_wal_senders=20", "max_logical_replication_workers=12", "max_worker_processes=24", "max_connections=200",
        // What follows is begun again after so long, instead of after 5 s.
        "wal_retrieve_retry_interval=100ms",
    ];

    private readonly string _listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port.Free()}");
    private Postgres? _server;
    private Site? _site;

    internal Postgres Server => _server!;

    Site IGround.Site => Site;

    internal Site Site => _site!;

    public async Task InitializeAsync()
    {
        if (Postgres.Missing is not null)
            return;
        _server = await Postgres.StartAsync(Settings);
        await _server.SqlAsync($"create role {Owner} nologin");
        _site = Site.Make("upgrades");
        WriteProfile(Profile, "${version}", "command: [sql-engine, --migrate, ARGUMENTS]");
        WriteProfile(SlowMigration, "${version}", "command: [sql-engine, --migrate, --migration-seconds=4, ARGUMENTS]");
        WriteProfile(OneSchema, "1", "preview: true");
        var databases = Path.Combine(_site.Folder, "databases.yaml");
        await File.WriteAllTextAsync(databases, $"main: {{ kind: postgres, host: {Postgres.Host}, port: {_server.Port}, user: {Postgres.Superuser}, password: {Postgres.Password} }}\n");
        File.SetUnixFileMode(databases, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await StartControlPlaneAsync();
    }

    public async Task DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>Starts the control plane on its state, always on the same port.</summary>
    internal Task StartControlPlaneAsync() => Site.StartAsync("--listen", _listen, "--databases-file", Path.Combine(Site.Folder, "databases.yaml"));

    Task IGround.StartControlPlaneAsync() => StartControlPlaneAsync();

    private void WriteProfile(string name, string schema, string migration)
    {
        var arguments = $$"""
            "--port=${port}", "--name=${name}", "--engine-version=${version}", "--schema-version={{schema}}", "--postgres-host=${database.host}",
                "--postgres-port=${database.port}", "--postgres-database=${database.name}", "--postgres-user=${database.user}", "--postgres-reader=${database.reader}"
            """;
        File.WriteAllText(Path.Combine(Site.ProfilesFolder, name + ".yaml"), $$"""
            maxJobs: 64
            version: "1"
            health: { path: /health/readiness, intervalSeconds: 0.3, timeoutSeconds: 2, rise: 1, fall: 3 }
            load: { path: /instance/resource, intervalSeconds: 0.5, staleAfterSeconds: 5 }
            drain: { begin: /instance/drain, cancel: /instance/undrain }
            reads: { parameter: sql, prefixes: [select] }
            local:
              command: [sql-engine, {{arguments}}]
              environment: { SQL_ENGINE_PASSWORD: "${database.password}", SQL_ENGINE_READER_PASSWORD: "${database.readerPassword}" }
              bootDeadlineSeconds: 30
              stopGraceSeconds: 2
            migration:
              {{migration.Replace("ARGUMENTS", arguments, StringComparison.Ordinal)}}
              deadlineSeconds: 60
            """);
    }
}

/// <summary>The tests that share the ground.</summary>
[CollectionDefinition(Name)]
public sealed class OnTheGround : ICollectionFixture<Ground>
{
    public const string Name = "upgrades";
}
