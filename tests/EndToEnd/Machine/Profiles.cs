namespace ControlPlane.EndToEnd.Machine;

/// <summary>Engine profiles for tests: the sample engine with short intervals, and engines that misbehave.</summary>
internal static class Profiles
{
    /// <summary>Each instance keeps its database in its own folder, so that a script can say where it ran.</summary>
    public const string Sql = "sql";

    /// <summary>As <see cref="Sql"/>, but one job at a time.</summary>
    public const string Single = "single";

    /// <summary>As <see cref="Sql"/>, but takes no work for a while after its start, as bigger engines do.</summary>
    public const string Slow = "slow";

    /// <summary>Runs for ever and never listens.</summary>
    public const string Mute = "mute";

    /// <summary>Says why and ends.</summary>
    public const string Quitter = "quitter";

    /// <summary>Its program does not exist.</summary>
    public const string Missing = "missing";

    /// <summary>A script that says which instance ran it.</summary>
    public static string Script(int milliseconds) =>
        $"select sleep({milliseconds}) as ms, (select file from pragma_database_list where name = 'main') as file";

    public static void Write(string folder)
    {
        Write(folder, Sql, SqlEngine(maxJobs: 64));
        Write(folder, Single, SqlEngine(maxJobs: 1));
        Write(folder, Slow, SqlEngine(maxJobs: 64, startupDelaySeconds: 0.4));
        Write(folder, Mute, Local("[sleep, \"600\"]", bootDeadlineSeconds: 1));
        Write(folder, Quitter, Local("[bash, -c, \"echo the licence has expired; exit 3\"]"));
        Write(folder, Missing, Local("[no-such-engine]"));
    }

    /// <summary>The sample engine on a port of the test's choice, whatever the control plane wants.</summary>
    public static void WriteFixedPort(string folder, string name, int port) =>
        Write(folder, name, Local($"[sql-engine, --port, \"{port}\"]"));

    private static void Write(string folder, string name, string yaml) => File.WriteAllText(Path.Combine(folder, name + ".yaml"), yaml);

    private static string SqlEngine(int maxJobs, double startupDelaySeconds = 0) => $$"""
        maxJobs: {{maxJobs}}
        health: { path: /health/readiness, intervalSeconds: 0.3, timeoutSeconds: 2, rise: 2, fall: 3 }
        load: { path: /instance/resource, intervalSeconds: 0.2, staleAfterSeconds: 2 }
        drain: { begin: /instance/drain, cancel: /instance/undrain }
        local:
          command: [sql-engine, --port, "${port}", --name, "${name}", --database, "${dataDir}/engine.db", --startup-delay, "{{startupDelaySeconds}}"]
          bootDeadlineSeconds: 30
          stopGraceSeconds: 1
        """;

    private static string Local(string command, double bootDeadlineSeconds = 10) => $$"""
        health: { path: /health/readiness, intervalSeconds: 0.3, timeoutSeconds: 1 }
        local:
          command: {{command}}
          bootDeadlineSeconds: {{bootDeadlineSeconds}}
          stopGraceSeconds: 1
        """;
}
