namespace ControlPlane.Infra.DatabaseFile;

/// <summary>One server in the file of database servers, as people write it.</summary>
internal sealed class DatabaseYaml
{
    public string? Kind { get; set; }

    public string? Host { get; set; }

    public int? Port { get; set; }

    public string? Folder { get; set; }

    public string? User { get; set; }

    public string? Password { get; set; }
}
