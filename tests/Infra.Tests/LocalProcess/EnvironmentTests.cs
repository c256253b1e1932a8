namespace ControlPlane.Infra.Tests.LocalProcess;

public sealed class EnvironmentTests
{
    private static readonly string[] Expected =
    [
        "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "DOTNET_ROOT", "JAVA_HOME",
        "CONTROLPLANE_OWNER", "CONTROLPLANE_INSTANCE", "CONTROLPLANE_INSTANCE_URL",
        "ENGINE_MODE", "PWD", "OLDPWD", "SHLVL", "_",
    ];

    [Fact]
    public async Task Create_SettingsAndSecretsOfTheControlPlane_DoNotReachTheEngine()
    {
        var secret = $"CONTROLPLANE_SECRET_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(secret, "hidden");
        Environment.SetEnvironmentVariable("CONTROLPLANE_KEYS_FILE", "hidden");
        await using var engines = new Engines();

        var environment = await StartAsync(engines, new() { ["ENGINE_MODE"] = "small" });

        Environment.SetEnvironmentVariable(secret, null);
        Environment.SetEnvironmentVariable("CONTROLPLANE_KEYS_FILE", null);
        Assert.Empty(environment.Keys.Except(Expected));
        Assert.DoesNotContain("hidden", environment.Values);
        Assert.Equal("small", environment["ENGINE_MODE"]);
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), environment["PATH"]);
    }

    [Fact]
    public async Task Create_Engine_CarriesTheMarksByWhichItIsFound()
    {
        await using var engines = new Engines();

        var environment = await StartAsync(engines, []);

        Assert.Equal(engines.Options.Owner, environment["CONTROLPLANE_OWNER"]);
        Assert.Equal("demo-1", environment["CONTROLPLANE_INSTANCE"]);
        Assert.StartsWith("http://127.0.0.1:", environment["CONTROLPLANE_INSTANCE_URL"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ProfileThatSetsTheMarks_DoesNotChangeThem()
    {
        await using var engines = new Engines();

        var environment = await StartAsync(engines, new() { ["CONTROLPLANE_OWNER"] = "somebody", ["CONTROLPLANE_INSTANCE"] = "other" });

        Assert.Equal(engines.Options.Owner, environment["CONTROLPLANE_OWNER"]);
        Assert.Equal(["demo-1"], await engines.ListAsync());
    }

    [Fact]
    public async Task Create_ProfileThatSetsThePath_GoesFirst()
    {
        await using var engines = new Engines();

        var environment = await StartAsync(engines, new() { ["PATH"] = "/usr/bin:/bin:${dataDir}" });

        Assert.Equal($"/usr/bin:/bin:{Path.Combine(engines.Options.DataFolder, "demo-1")}", environment["PATH"]);
    }

    private static async Task<Dictionary<string, string>> StartAsync(Engines engines, Dictionary<string, string> environment)
    {
        var profile = Engines.Script($"echo up; exec sleep {Engines.Lifetime}");
        var handle = await engines.StartAsync("demo-1", profile with { Local = profile.Local! with { Environment = environment } });
        await engines.WroteAsync("demo-1", "up");
        var pid = RunningProcess.PidOf(handle);
        await Eventually.TrueAsync(() => RunningProcess.ArgumentsOf(pid) is ["sleep", ..], () => "the engine does not sleep yet");
        return RunningProcess.EnvironmentOf(pid);
    }
}
