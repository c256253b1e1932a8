namespace ControlPlane.Infra.ProfileFiles;

/// <summary>The file of an engine profile as people write it. Times are seconds.</summary>
internal sealed class ProfileYaml
{
    public string? Name { get; set; }

    public string? Description { get; set; }

    public string? Version { get; set; }

    public int? MaxJobs { get; set; }

    public HealthYaml? Health { get; set; }

    public LoadYaml? Load { get; set; }

    public DrainYaml? Drain { get; set; }

    public RequestsYaml? Requests { get; set; }

    public ReadsYaml? Reads { get; set; }

    public LocalYaml? Local { get; set; }

    public SshYaml? Ssh { get; set; }

    public MigrationYaml? Migration { get; set; }

    internal sealed class HealthYaml
    {
        public string? Path { get; set; }

        public double? IntervalSeconds { get; set; }

        public double? TimeoutSeconds { get; set; }

        public int? Rise { get; set; }

        public int? Fall { get; set; }
    }

    internal sealed class LoadYaml
    {
        public string? Path { get; set; }

        public double? IntervalSeconds { get; set; }

        public double? TimeoutSeconds { get; set; }

        public double? StaleAfterSeconds { get; set; }

        public string? VersionPointer { get; set; }
    }

    internal sealed class DrainYaml
    {
        public string? Begin { get; set; }

        public string? Cancel { get; set; }
    }

    internal sealed class RequestsYaml
    {
        public double? ConnectTimeoutSeconds { get; set; }

        public double? ResponseTimeoutSeconds { get; set; }
    }

    internal sealed class ReadsYaml
    {
        public List<string>? Methods { get; set; }

        public string? Parameter { get; set; }

        public List<string>? Prefixes { get; set; }
    }

    internal sealed class LocalYaml
    {
        public List<string>? Command { get; set; }

        public Dictionary<string, string>? Environment { get; set; }

        public double? BootDeadlineSeconds { get; set; }

        public double? StopGraceSeconds { get; set; }
    }

    internal sealed class MigrationYaml
    {
        public List<string>? Command { get; set; }

        public double? DeadlineSeconds { get; set; }

        public bool? Preview { get; set; }
    }

    internal sealed class SshYaml
    {
        public List<string>? Command { get; set; }

        public Dictionary<string, string>? Environment { get; set; }

        public Dictionary<string, string>? MlsqlConfig { get; set; }

        public string? MainJar { get; set; }

        public int? Port { get; set; }

        public double? BootDeadlineSeconds { get; set; }

        public double? StopGraceSeconds { get; set; }
    }
}
