using System.Globalization;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>One control plane that knows a folder of database files.</summary>
public sealed class FileGround : IAsyncLifetime, IGround
{
    /// <summary>The sample engine on a file.</summary>
    internal const string Profile = "shop-file";

    /// <summary>As <see cref="Profile"/>, but a change of the schema takes four seconds.</summary>
    internal const string SlowMigration = "shop-file-slow";

    private readonly string _listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port.Free()}");
    private Site? _site;

    internal Site Site => _site!;

    internal FileStore Store => new(Folder);

    Site IGround.Site => Site;

    private string Folder => Path.Combine(Site.Folder, "files");

    private string Databases => Path.Combine(Site.Folder, "databases.yaml");

    public async Task InitializeAsync()
    {
        _site = Site.Make("files");
        Directory.CreateDirectory(Folder);
        WriteProfile(Profile, migrationSeconds: 0);
        WriteProfile(SlowMigration, migrationSeconds: 4);
        await File.WriteAllTextAsync(Databases, $"files: {{ kind: sqlite, folder: {Folder} }}\n");
        File.SetUnixFileMode(Databases, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await StartControlPlaneAsync();
    }

    public async Task DisposeAsync() => await Site.DisposeAsync();

    Task IGround.StartControlPlaneAsync() => StartControlPlaneAsync();

    private Task StartControlPlaneAsync() => Site.StartAsync("--listen", _listen, "--databases-file", Databases);

    private void WriteProfile(string name, int migrationSeconds)
    {
        const string Arguments = """
            "--port=${port}", "--name=${name}", "--engine-version=${version}", "--schema-version=${version}", "--database=${database.file}"
            """;
        File.WriteAllText(Path.Combine(Site.ProfilesFolder, name + ".yaml"), $$"""
            maxJobs: 64
            version: "1"
            health: { path: /health/readiness, intervalSeconds: 0.3, timeoutSeconds: 2, rise: 1, fall: 3 }
            load: { path: /instance/resource, intervalSeconds: 0.5, staleAfterSeconds: 5 }
            drain: { begin: /instance/drain, cancel: /instance/undrain }
            reads: { parameter: sql, prefixes: [select] }
            local:
              command: [sql-engine, {{Arguments}}]
              bootDeadlineSeconds: 30
              stopGraceSeconds: 2
            migration:
              command: [sql-engine, --migrate, "--migration-seconds={{migrationSeconds}}", {{Arguments}}]
              deadlineSeconds: 60
            """);
    }
}
